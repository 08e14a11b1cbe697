import { join } from 'node:path';
import { openSession, type Session } from '../src-network/session.ts';
import type { Snapshot } from '../src-shared/snapshot.ts';
import { millis, seconds } from '../src-shared/units.ts';
import { step } from './agent.ts';
import { openAnswers } from './answers.ts';
import { openBlobStore } from './blob-store.ts';
import { openBooks } from './books.ts';
import { openDelivery } from './delivery.ts';
import { openDiary } from './diary.ts';
import { openEnergyMeter } from './energy-meter.ts';
import { type Event, inWords } from './event.ts';
import { openExamples } from './examples.ts';
import { lockFolder } from './folder-lock.ts';
import { openHands } from './hands.ts';
import { openKeyVault } from './key-vault.ts';
import { workOf } from './lane.ts';
import { lineOf } from './line.ts';
import { findNetwork } from './network-home.ts';
import { newAgent } from './new-agent.ts';
import { openNotices } from './notices.ts';
import { obey } from './orders.ts';
import { speakTo } from './owner-language.ts';
import type { OpenedAgency, Platform } from './platform.ts';
import { openEasel } from './portrait.ts';
import { openPulse, type Pulse } from './pulse.ts';
import { openReception } from './reception.ts';
import { openSenses, type Senses } from './senses.ts';
import { openSettings } from './settings-store.ts';
import { openSpeedTest, type SpeedTest } from './speed-test.ts';
import { openStaff } from './staff.ts';
import { priceAt } from './tariff.ts';
import { tidy } from './tidying.ts';
import { trialOptions } from './trial-options.ts';

/** Longer than a checkpoint takes to a network nearby; what does not get away in time is said after the next start. */
const GOODBYE = seconds(2);

/** Puts the rooms together: the one place where the agent's state changes, and where effects are passed on. */
export async function openAgency(platform: Platform): Promise<OpenedAgency> {
  const { folder } = platform;
  const trial = trialOptions(platform.env);
  if (trial.kind === 'refused') return trial;
  const lock = lockFolder(folder);
  if (lock.kind === 'refused') return lock;
  const opened = openBooks(join(folder, 'books'));
  if (opened.kind === 'refused') return opened;
  const { books } = opened;
  const life = new AbortController();
  const { signal } = life;
  const clock = () => millis(Date.now());

  const notices = openNotices(() => picture());
  const { settings, notices: aboutSettings } = openSettings(platform.settingsDisk, clock(), (now) =>
    speakTo(now.language, platform.languages()),
  );
  const { identity, notices: aboutKey } = openKeyVault(folder, platform.sealer);
  const store = openBlobStore(join(folder, 'blobs'));
  const easel = openEasel(books);
  const diary = openDiary(books, notices.add);
  const meter = openEnergyMeter({
    write: (at, lane, energy, runs) => {
      const written = books.addEnergy(at, lane, energy, priceAt(agent.settings, at), runs);
      if (written.kind !== 'ok') notices.add(written.detail);
      easel.stale();
      return written.kind === 'ok';
    },
  });

  const trusted = trial.network?.trustPtx ?? true;
  const models = platform.spawnModelRunner !== null;
  let agent = newAgent(clock(), settings.read(), { trusted, models });
  let senses: Senses | null = null;
  let pulse: Pulse | null = null;
  let watched = false;
  /** A picture is on its way. None is drawn before every room is there: a taken port is told earlier than that. */
  let drawing = true;

  const home = await findNetwork(trial.network, { folder, signal, notice: notices.add });
  if (home.kind === 'refused') {
    books.close();
    return home;
  }
  const { exchange } = home;
  const reception = openReception({
    network: home.network,
    agent: identity.agent,
    now: clock,
    dispatch: (event) => dispatch(event),
    rooms: () => ({ speedTest, line, delivery, facts: hands.facts }),
    quote: notices.quote,
  });
  const session: Session = openSession({
    url: home.url,
    identity,
    app: platform.version,
    signal,
    heard: reception.hear,
  });
  const line = lineOf(session);
  const delivery = openDelivery({
    books,
    store,
    line,
    signal,
    now: clock,
    place: (lane) => ({
      network: reception.network().name,
      gpu: agent.lanes.find(({ gpu }) => gpu.lane === lane)?.gpu.name ?? lane,
    }),
    notice: notices.add,
    changed: easel.stale,
  });
  const hands = openHands({
    ...platform,
    modelSource: session.models,
    books,
    store,
    line,
    delivery,
    signal,
    notice: notices.add,
    limitPower: (lane, limit) => senses?.power.set(lane, limit),
    speedsOf: (gpu) => speedTest.speedsOf(gpu),
    runsPtx: trusted,
    checkpointEvery: trial.checkpointEvery,
    agent: () => agent,
    tell: (news) => dispatch({ ...news, at: clock() }),
  });
  const examples = openExamples({
    folder: join(folder, 'results'),
    source: platform.examples,
    exchange,
    signal,
    changed: () => picture(),
    showFolder: platform.showFolder,
  });
  const speedTest: SpeedTest = openSpeedTest({
    agent: () => agent,
    exchange,
    programs: platform.speedPrograms,
    folder,
    tryLimit: (lane, limit) => dispatch({ kind: 'try-limit', at: clock(), lane, limit }),
    measured: () => hands.performAll([{ kind: 'advertise' }]),
    notice: notices.add,
    changed: () => picture(),
    signal,
    now: clock,
  });

  /** The only place where the agent changes. Effects come before the picture: a game does not wait for a drawing. */
  function dispatch(event: Event): void {
    speedTest.witness(event);
    const [next, effects] = step(agent, event);
    agent = next;
    hands.performAll(effects);
    for (const effect of effects) platform.log(inWords(effect));
    if (event.kind !== 'progressed') picture();
    if (event.kind !== 'sampled' && event.kind !== 'progressed') pulse?.stir();
    keepPace();
  }

  /** Limits are held, and a window is alive, second by second. */
  function keepPace(): void {
    pulse?.keep(watched || agent.lanes.some((lane) => workOf(lane)));
  }

  /** Draws once for everything that happens in one turn of the event loop. */
  function picture(): void {
    if (drawing || signal.aborted) return;
    drawing = true;
    setImmediate(() => {
      drawing = false;
      if (!signal.aborted) platform.show(draw());
    });
  }

  function draw(): Snapshot {
    const snapshot = easel.draw(
      { ...agent, now: clock() },
      {
        version: platform.version,
        books: books.version(),
        startsAtLogin: platform.startsAtLogin.now(),
        libraries: senses?.libraries() ?? [],
        connection: reception.connection(),
        network: reception.network(),
        gpuTrouble: senses?.gpuTrouble() ?? null,
        examples: examples.views(),
        lockdownOf: hands.lockdownOf,
        usedBy: meter.usedBy,
        speedOf: speedTest.of,
        speedTest: speedTest.view(),
        notices: notices.all(),
      },
    );
    diary.write(snapshot);
    return snapshot;
  }

  const heart = new AbortController();
  function beat(): void {
    senses?.beat();
    platform.keepAwake(agent.settings.keepAwake && agent.lanes.some((lane) => workOf(lane)));
    meter.look(agent);
  }

  for (const sentence of [...opened.notices, ...aboutSettings, ...aboutKey]) notices.add(sentence);
  await tidy(store, books, platform.log, heart.signal);

  senses = openSenses({
    platform,
    books,
    agent: () => agent,
    dispatch,
    now: clock,
    notice: notices.add,
    runnerPids: hands.runnerPids,
    signal,
  });
  pulse = openPulse({
    beat,
    changed: (every) => senses?.pace(every),
    now: () => performance.now(),
    signal: heart.signal,
  });
  drawing = false;
  picture();

  const staff = openStaff({
    agent: () => agent,
    settings,
    dispatch,
    clock,
    session,
    examples,
    speedTest,
    notices,
    senses,
    picture,
    startAtLogin: platform.startsAtLogin.set,
    watchEarnings: (range) => {
      easel.watch(range);
      picture();
    },
  });

  return {
    kind: 'open',
    agency: {
      obey: (command) => obey(command, staff),
      answer: openAnswers({
        books,
        now: clock,
        launchers: () => senses?.launchers() ?? [],
        draw,
        recentLog: platform.recentLog,
      }),
      watched: (on) => {
        watched = on;
        keepPace();
      },
      leaving: (on) => {
        if (!on) session.retryNow();
        dispatch({ kind: 'leaving', at: clock(), on });
      },
      async close() {
        heart.abort();
        dispatch({ kind: 'leaving', at: clock(), on: true });
        await Promise.all([hands.close(), senses?.power.close()]);
        meter.close();
        await delivery.quiet(GOODBYE);
        life.abort();
        await exchange?.closed;
        books.close();
        lock.release();
      },
    },
  };
}
