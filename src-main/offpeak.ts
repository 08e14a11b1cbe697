import { join } from 'node:path';
import { openSession, type Session } from '../src-network/session.ts';
import type { Snapshot } from '../src-shared/snapshot.ts';
import { seconds } from '../src-shared/units.ts';
import { inEnglish } from '../src-shared/wording.ts';
import { workOf } from './agent/lane.ts';
import { newAgent } from './agent/new-agent.ts';
import { speedTestView } from './agent/speed-test.ts';
import { sweepBlobs } from './books/blob-sweep.ts';
import { openEnergyMeter } from './books/energy-meter.ts';
import { openStateLog } from './books/state-log.ts';
import { type Dispatch, openDispatch } from './dispatch.ts';
import type { Offpeak, OpenedOffpeak, Platform } from './host/platform.ts';
import { openDelivery } from './network/delivery.ts';
import { openIncoming } from './network/incoming.ts';
import { linkOf } from './network/link.ts';
import { openExamples } from './own-jobs/examples.ts';
import { openSpeedTest, speedJobPrefix } from './own-jobs/speed-test.ts';
import { obey } from './owner/commands.ts';
import { openControls } from './owner/controls.ts';
import { openPerformer } from './performer.ts';
import { priceAt } from './policy/tariff.ts';
import { openPulse, type Pulse } from './senses/pulse.ts';
import { openSenses, type Senses } from './senses/senses.ts';
import { type Foundation, openFoundation } from './start-up/foundation.ts';
import { openAnswers } from './window/answers.ts';

/** Longer than a checkpoint takes to a network nearby; what does not get away in time is said after the next start. */
const GOODBYE = seconds(2);

/** Puts the rooms together, or says why it cannot; what happens then is in dispatch.ts. */
export async function openOffpeak(platform: Platform): Promise<OpenedOffpeak> {
  const foundation = await openFoundation(platform);
  if (foundation.kind === 'refused') return foundation;
  const rooms = openRooms(platform, foundation);
  for (const sentence of foundation.said) foundation.notices.add(sentence);
  const heart = new AbortController();
  await sweepBlobs(foundation.store, foundation.books, platform.log, heart.signal);
  const senses = openSensesInto(platform, foundation, rooms, heart.signal);
  const take = snapshotTaker(platform, foundation, rooms, senses);
  foundation.showing.open(take);
  return { kind: 'open', offpeak: faceOf(platform, foundation, rooms, { senses, take, heart }) };
}

/** How the machine is looked at: not yet, or by its senses, as often as the pulse says. */
type Looking =
  | { readonly kind: 'not-yet' }
  | { readonly kind: 'looking'; readonly senses: Senses; readonly pulse: Pulse };

/** The rooms around the agent, and the agent in their midst. */
function openRooms(platform: Platform, foundation: Foundation) {
  const { trial, books, store, clock, showing, notices, settings, home } = foundation;
  const { signal } = foundation.life;
  const trusted = trial.network?.trustPtx ?? true;
  const models = platform.spawnModelRunner !== null;
  let looking: Looking = { kind: 'not-yet' };
  let watched = false;

  const speedJobs = home.exchange && speedJobPrefix(home.exchange.buyerToken);
  const first = newAgent(clock(), settings.read(), { trusted, models, speedJobs });
  const heart = openDispatch(first, () => ({
    performAll: performer.performAll,
    log: platform.log,
    show: showing.draw,
    stir: () => looking.kind === 'looking' && looking.pulse.stir(),
    keepPace,
  }));
  const { agent, dispatch } = heart;
  const works = () => agent().lanes.some((lane) => workOf(lane));
  /** Limits are held, and a window is alive, second by second. */
  function keepPace(): void {
    if (looking.kind === 'looking') looking.pulse.keep(watched || works());
  }

  const incoming = openIncoming({
    network: home.network,
    agent: foundation.identity.agent,
    now: clock,
    dispatch,
    rooms: () => ({ delivery, facts: performer.facts }),
    quote: notices.quote,
  });
  const session: Session = openSession({
    url: home.url,
    identity: foundation.identity,
    app: platform.version,
    signal,
    heard: incoming.hear,
  });
  const link = linkOf(session);
  const delivery = openDelivery({
    books,
    store,
    link,
    signal,
    now: clock,
    place: (lane) => ({
      network: inEnglish(incoming.network().name),
      gpu: agent().lanes.find(({ gpu }) => gpu.lane === lane)?.gpu.name ?? lane,
    }),
    notice: notices.add,
    changed: showing.changed,
  });
  const { examples, speedTest } = openOwnJobs(platform, foundation, heart);
  const performer = openPerformer({
    ...platform,
    modelSource: session.models,
    books,
    store,
    link,
    delivery,
    signal,
    notice: notices.add,
    limitPower: (lane, limit) =>
      looking.kind === 'looking' && looking.senses.power.set(lane, limit),
    speedTest,
    runsPtx: trusted,
    checkpointEvery: trial.checkpointEvery,
    agent,
    report: (news) => dispatch({ ...news, at: clock() }),
  });
  return {
    agent,
    dispatch,
    works,
    incoming,
    session,
    delivery,
    performer,
    examples,
    speedTest,
    meter: openEnergyMeter({
      write: (at, lane, energy, runs) => {
        const written = books.addEnergy(at, lane, energy, priceAt(agent().settings, at), runs);
        if (written.kind !== 'ok') notices.add(written.detail);
        showing.changed();
        return written.kind === 'ok';
      },
    }),
    watched: (on: boolean): void => {
      watched = on;
      keepPace();
    },
    look: (senses: Senses, pulse: Pulse): void => {
      looking = { kind: 'looking', senses, pulse };
    },
  };
}
type Rooms = ReturnType<typeof openRooms>;

/** What this machine asks of its own network. */
function openOwnJobs(
  platform: Platform,
  { home, life, clock, notices, showing }: Foundation,
  { dispatch }: Dispatch,
) {
  const { exchange } = home;
  const { signal } = life;
  const examples = openExamples({
    folder: join(platform.folder, 'results'),
    source: platform.examples,
    exchange,
    signal,
    changed: showing.changed,
    showFolder: platform.showFolder,
  });
  const speedTest = openSpeedTest({
    exchange,
    programs: platform.speedPrograms,
    folder: platform.folder,
    report: (news) => dispatch({ ...news, at: clock() }),
    notice: notices.add,
    signal,
    now: clock,
  });
  return { examples, speedTest };
}

/** Begins to look at the machine: each reading of the cards is a beat, until `signal`. */
function openSensesInto(
  platform: Platform,
  foundation: Foundation,
  rooms: Rooms,
  signal: AbortSignal,
) {
  const senses: Senses = openSenses({
    platform,
    books: foundation.books,
    agent: rooms.agent,
    dispatch: rooms.dispatch,
    read: () => pulse.reading(),
    now: foundation.clock,
    notice: foundation.notices.add,
    runnerPids: rooms.performer.runnerPids,
    signal: foundation.life.signal,
  });
  const pulse: Pulse = openPulse({
    beat: () => {
      senses.beat();
      platform.keepAwake(rooms.agent().settings.keepAwake && rooms.works());
      rooms.meter.look(rooms.agent());
    },
    changed: senses.beatEvery,
    now: () => performance.now(),
    signal,
  });
  rooms.look(senses, pulse);
  return senses;
}

/** Draws the snapshot of this moment, and notes what it says of the hour's state. */
function snapshotTaker(platform: Platform, foundation: Foundation, rooms: Rooms, senses: Senses) {
  const { books, snapshots, clock, notices, reader } = foundation;
  const { agent, incoming, examples, performer, meter, speedTest } = rooms;
  const stateLog = openStateLog(books, notices.add, reader);
  return (): Snapshot => {
    const snapshot = snapshots.take(
      { ...agent(), now: clock() },
      {
        version: platform.version,
        books: books.version(),
        startsAtLogin: platform.startsAtLogin.now(),
        libraries: senses.libraries(),
        connection: incoming.connection(),
        network: incoming.network(),
        gpuTrouble: senses.gpuTrouble(),
        examples: examples.views(),
        lockdownOf: performer.lockdownOf,
        usedBy: meter.usedBy,
        speedOf: speedTest.of,
        speedTest: speedTestView(agent().speedTest),
        notices: notices.all(),
      },
    );
    stateLog.write(snapshot);
    return snapshot;
  };
}

/** What the program around us may ask of the agent. `heart`: while it goes on, the machine is looked at. */
function faceOf(
  platform: Platform,
  foundation: Foundation,
  rooms: Rooms,
  { senses, take, heart }: { senses: Senses; take: () => Snapshot; heart: AbortController },
): Offpeak {
  const { books, clock, showing, snapshots } = foundation;
  const { dispatch, session, performer } = rooms;
  const controls = openControls({
    ...rooms,
    clock,
    settings: foundation.settings,
    notices: foundation.notices,
    senses,
    show: showing.draw,
    startAtLogin: platform.startsAtLogin.set,
    watchEarnings: (range) => {
      snapshots.watch(range);
      showing.draw();
    },
  });
  return {
    obey: (command) => obey(command, controls),
    answer: openAnswers({
      books,
      now: clock,
      reader: foundation.reader,
      launchers: senses.launchers,
      draw: take,
      recentLog: platform.recentLog,
    }),
    watched: rooms.watched,
    leaving: (on) => {
      if (!on) session.retryNow();
      dispatch({ kind: 'leaving', at: clock(), on });
    },
    async close() {
      heart.abort();
      dispatch({ kind: 'leaving', at: clock(), on: true });
      await Promise.all([performer.close(), senses.power.close()]);
      rooms.meter.close();
      await rooms.delivery.quiet(GOODBYE);
      foundation.life.abort();
      await foundation.home.exchange?.closed;
      books.close();
      foundation.lock.release();
    },
  };
}
