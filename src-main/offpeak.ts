import { join } from 'node:path';
import { openBlobStore } from '../src-disk/blob-store.ts';
import { lockFolder } from '../src-disk/folder-lock.ts';
import { openSession, type Session } from '../src-network/session.ts';
import type { Snapshot } from '../src-shared/snapshot.ts';
import { millis, seconds } from '../src-shared/units.ts';
import { step } from './agent/agent.ts';
import { type Event, inWords } from './agent/event.ts';
import { workOf } from './agent/lane.ts';
import { newAgent } from './agent/new-agent.ts';
import { sweepBlobs } from './books/blob-sweep.ts';
import { openBooks } from './books/books.ts';
import { openEnergyMeter } from './books/energy-meter.ts';
import { openStateLog } from './books/state-log.ts';
import { speakTo } from './host/owner-language.ts';
import type { OpenedOffpeak, Platform } from './host/platform.ts';
import { trialOptions } from './host/trial-options.ts';
import { findNetwork } from './network/access.ts';
import { openDelivery } from './network/delivery.ts';
import { openIncoming } from './network/incoming.ts';
import { openKeyVault } from './network/key-vault.ts';
import { linkOf } from './network/link.ts';
import { openExamples } from './own-jobs/examples.ts';
import { openSpeedTest, type SpeedTest } from './own-jobs/speed-test.ts';
import { obey } from './owner/commands.ts';
import { openControls } from './owner/controls.ts';
import { openNotices } from './owner/notices.ts';
import { openPerformer } from './performer.ts';
import { priceAt } from './policy/tariff.ts';
import { openPulse, type Pulse } from './senses/pulse.ts';
import { openSenses, type Senses } from './senses/senses.ts';
import { openSettings } from './settings/store.ts';
import { openAnswers } from './window/answers.ts';
import { openSnapshots } from './window/snapshots.ts';

/** Longer than a checkpoint takes to a network nearby; what does not get away in time is said after the next start. */
const GOODBYE = seconds(2);

/** Puts the rooms together: the one place where the agent's state changes, and where effects are passed on. */
export async function openOffpeak(platform: Platform): Promise<OpenedOffpeak> {
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

  const notices = openNotices(() => show());
  const { settings, notices: aboutSettings } = openSettings(platform.settingsDisk, clock(), (now) =>
    speakTo(now.language, platform.languages()),
  );
  const { identity, notices: aboutKey } = openKeyVault(folder, platform.sealer);
  const store = openBlobStore(join(folder, 'blobs'));
  const snapshots = openSnapshots(books);
  const stateLog = openStateLog(books, notices.add);
  const meter = openEnergyMeter({
    write: (at, lane, energy, runs) => {
      const written = books.addEnergy(at, lane, energy, priceAt(agent.settings, at), runs);
      if (written.kind !== 'ok') notices.add(written.detail);
      snapshots.stale();
      return written.kind === 'ok';
    },
  });

  const trusted = trial.network?.trustPtx ?? true;
  const models = platform.spawnModelRunner !== null;
  let agent = newAgent(clock(), settings.read(), { trusted, models });
  let senses: Senses | null = null;
  let pulse: Pulse | null = null;
  let watched = false;
  /** A snapshot is on its way. None is drawn before every room is there: a taken port is told earlier than that. */
  let showing = true;

  const home = await findNetwork(trial.network, { folder, signal, notice: notices.add });
  if (home.kind === 'refused') {
    books.close();
    return home;
  }
  const { exchange } = home;
  const incoming = openIncoming({
    network: home.network,
    agent: identity.agent,
    now: clock,
    dispatch: (event) => dispatch(event),
    rooms: () => ({ speedTest, line, delivery, facts: performer.facts }),
    quote: notices.quote,
  });
  const session: Session = openSession({
    url: home.url,
    identity,
    app: platform.version,
    signal,
    heard: incoming.hear,
  });
  const line = linkOf(session);
  const delivery = openDelivery({
    books,
    store,
    line,
    signal,
    now: clock,
    place: (lane) => ({
      network: incoming.network().name,
      gpu: agent.lanes.find(({ gpu }) => gpu.lane === lane)?.gpu.name ?? lane,
    }),
    notice: notices.add,
    changed: snapshots.stale,
  });
  const performer = openPerformer({
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
    changed: () => show(),
    showFolder: platform.showFolder,
  });
  const speedTest: SpeedTest = openSpeedTest({
    agent: () => agent,
    exchange,
    programs: platform.speedPrograms,
    folder,
    tryLimit: (lane, limit) => dispatch({ kind: 'try-limit', at: clock(), lane, limit }),
    measured: () => performer.performAll([{ kind: 'advertise' }]),
    notice: notices.add,
    changed: () => show(),
    signal,
    now: clock,
  });

  /** The only place where the agent changes. Effects come before the snapshot: a game does not wait for it. */
  function dispatch(event: Event): void {
    speedTest.witness(event);
    const [next, effects] = step(agent, event);
    agent = next;
    performer.performAll(effects);
    for (const effect of effects) platform.log(inWords(effect));
    if (event.kind !== 'progressed') show();
    if (event.kind !== 'sampled' && event.kind !== 'progressed') pulse?.stir();
    keepPace();
  }

  /** Limits are held, and a window is alive, second by second. */
  function keepPace(): void {
    pulse?.keep(watched || agent.lanes.some((lane) => workOf(lane)));
  }

  /** Draws once for everything that happens in one turn of the event loop. */
  function show(): void {
    if (showing || signal.aborted) return;
    showing = true;
    setImmediate(() => {
      showing = false;
      if (!signal.aborted) platform.show(draw());
    });
  }

  function draw(): Snapshot {
    const snapshot = snapshots.take(
      { ...agent, now: clock() },
      {
        version: platform.version,
        books: books.version(),
        startsAtLogin: platform.startsAtLogin.now(),
        libraries: senses?.libraries() ?? [],
        connection: incoming.connection(),
        network: incoming.network(),
        gpuTrouble: senses?.gpuTrouble() ?? null,
        examples: examples.views(),
        lockdownOf: performer.lockdownOf,
        usedBy: meter.usedBy,
        speedOf: speedTest.of,
        speedTest: speedTest.view(),
        notices: notices.all(),
      },
    );
    stateLog.write(snapshot);
    return snapshot;
  }

  const heart = new AbortController();
  function beat(): void {
    senses?.beat();
    platform.keepAwake(agent.settings.keepAwake && agent.lanes.some((lane) => workOf(lane)));
    meter.look(agent);
  }

  for (const sentence of [...opened.notices, ...aboutSettings, ...aboutKey]) notices.add(sentence);
  await sweepBlobs(store, books, platform.log, heart.signal);

  senses = openSenses({
    platform,
    books,
    agent: () => agent,
    dispatch,
    read: () => pulse?.reading(),
    now: clock,
    notice: notices.add,
    runnerPids: performer.runnerPids,
    signal,
  });
  pulse = openPulse({
    beat,
    changed: (every) => senses?.beatEvery(every),
    now: () => performance.now(),
    signal: heart.signal,
  });
  showing = false;
  show();

  const controls = openControls({
    agent: () => agent,
    settings,
    dispatch,
    clock,
    session,
    examples,
    speedTest,
    notices,
    senses,
    show,
    startAtLogin: platform.startsAtLogin.set,
    watchEarnings: (range) => {
      snapshots.watch(range);
      show();
    },
  });

  return {
    kind: 'open',
    offpeak: {
      obey: (command) => obey(command, controls),
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
        await Promise.all([performer.close(), senses?.power.close()]);
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
