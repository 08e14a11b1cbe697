import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { step } from '../../src-main/agent/agent.ts';
import type { Event } from '../../src-main/agent/event.ts';
import { phaseOf } from '../../src-main/agent/lane.ts';
import type { Agent } from '../../src-main/agent/state.ts';
import { openSnapshots } from '../../src-main/window/snapshots.ts';
import { NBSP } from '../../src-shared/amount.ts';
import { hero } from '../../src-shared/moment/sentence.ts';
import { pauseLength } from '../../src-shared/pause.ts';
import { quote } from '../../src-shared/said.ts';
import type { Week } from '../../src-shared/settings.ts';
import type { Snapshot } from '../../src-shared/snapshot.ts';
import { hours, type Millis, millis, seconds } from '../../src-shared/units.ts';
import { buildFakes } from '../fakes/build.ts';
import { fakeGpuEnvironment } from '../fakes/gpu-state.ts';
import { openClean } from '../main/books/books-samples.ts';
import { liveIn } from '../worlds/computer/time-zone.ts';
import { assigned, away, empty, found, offered, prepared, sharing } from '../worlds/machine.ts';
import { tempFolder } from '../worlds/temp-folder.ts';
import { endAll, type Machine, newMachine, startAgent } from './agent-process.ts';
import { counted, countingJob, openShop } from './shop.ts';

const ZONE = 'Europe/Berlin';
const READER = { locale: 'en-GB', timeZone: ZONE };

describe('a schedule over a night in which the clocks change', () => {
  const SPRING = { night: 'forward', from: '2026-03-28T22:00+01:00', to: '2026-03-29T07:00+02:00' };
  const AUTUMN = { night: 'back', from: '2026-10-24T22:00+02:00', to: '2026-10-25T07:00+01:00' };
  const daily = (...shared: readonly number[]): Week =>
    Array(7).fill(shared.reduce((bits, hour) => bits | (1 << hour), 0));
  const NIGHTS = daily(23, 0, 1, 2, 3, 4, 5);

  /** The hours of the owner's wall clock in the week, by the calendar of the language and not by ours. */
  const wall = new Intl.DateTimeFormat('en-GB', {
    timeZone: ZONE,
    weekday: 'short',
    hour: 'numeric',
    hourCycle: 'h23',
  });
  const DAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];
  function isShared(week: Week, at: number): boolean {
    const parts = Object.fromEntries(
      wall.formatToParts(at).map(({ type, value }) => [type, value]),
    );
    const day = week[DAYS.indexOf(parts.weekday ?? '')] ?? 0;
    return ((day >> Number(parts.hour)) & 1) === 1;
  }
  /** Clocks in Berlin show another hour at whole hours of Greenwich only. */
  function sharedFrom(week: Week, at: number): number {
    let hour = Math.floor(at / hours(1)) * hours(1);
    do hour += hours(1);
    while (!isShared(week, hour));
    return hour;
  }

  /** A network that always has a job, and a runner that saves its step when it is asked to. */
  function* worldAround({ lanes: [lane] }: Agent, at: Millis): Generator<Event> {
    if (lane?.doing.kind === 'seeking')
      for (const event of [offered, assigned, prepared]) yield { ...event, at };
    if (lane?.doing.kind === 'yielding')
      yield { kind: 'ended', at, lease: 'L1', outcome: { kind: 'stopped', checkpoint: null } };
  }

  type Moment = { readonly at: Millis; readonly agent: Agent; readonly works: boolean };
  /** Every second of a night, and how often the lane went to work and let go of it. */
  function liveThrough(week: Week, { from, to }: typeof SPRING, look: (moment: Moment) => void) {
    liveIn(ZONE);
    let agent: Agent = { ...empty, settings: { ...sharing, schedule: [...week] } };
    const did = { run: 0, yield: 0, evict: 0 };
    const tell = (event: Event) => {
      const [next, effects] = step(agent, event);
      agent = next;
      for (const { kind } of effects) if (kind in did) did[kind as keyof typeof did]++;
    };
    tell({ ...found, at: millis(Date.parse(from)) });
    for (let at = millis(Date.parse(from)); at < Date.parse(to); at = millis(at + seconds(1))) {
      tell({ ...away, at });
      for (const event of worldAround(agent, at)) tell(event);
      look({ at, agent, works: agent.lanes[0]?.doing.kind === 'running' });
    }
    return did;
  }

  test.each([
    { ...SPRING, shared: 'nights', week: NIGHTS, hoursOfWork: 6, stretches: 1 },
    { ...AUTUMN, shared: 'nights', week: NIGHTS, hoursOfWork: 8, stretches: 1 },
    // The hour that this night lacks, and the one that it has twice.
    { ...SPRING, shared: 'the hour from two', week: daily(2), hoursOfWork: 0, stretches: 0 },
    { ...AUTUMN, shared: 'the hour from two', week: daily(2), hoursOfWork: 2, stretches: 1 },
    { ...SPRING, shared: 'hours around it', week: daily(1, 3), hoursOfWork: 2, stretches: 1 },
    { ...AUTUMN, shared: 'hours around it', week: daily(1, 3), hoursOfWork: 2, stretches: 2 },
  ])('clocks go $night, $shared shared: work in every shared second and in no other', (story) => {
    const { week, hoursOfWork, stretches } = story;
    const wrong: string[] = [];
    let worked = 0;
    let hour = 0;
    let shared = false;
    let resumes = 0;
    const did = liveThrough(week, story, ({ at, agent, works }) => {
      // No zone in Berlin's past or future changes between the quarters of an hour.
      if (at >= hour) {
        shared = isShared(week, at);
        resumes = sharedFrom(week, at);
        hour = at + hours(0.25);
      }
      const phase = agent.lanes[0] && phaseOf(agent.lanes[0]);
      const until =
        phase?.kind === 'held' && phase.because.kind === 'schedule' ? phase.because.until : null;
      if (works !== shared || until !== (shared ? null : resumes))
        wrong.push(`${new Date(at).toISOString()}: ${JSON.stringify(phase)}`);
      worked += works ? 1 : 0;
    });
    expect(wrong.slice(0, 5)).toEqual([]);
    expect(worked).toBe(hoursOfWork * 3600);
    // The job is kept each time the hours end, then the warm runner goes; nothing starts and stops besides.
    expect(did).toEqual({ run: stretches, yield: stretches, evict: stretches });
  });

  test.each([
    { ...SPRING, week: daily(3), said: 'Resumes today at 03:00.' },
    { ...SPRING, week: daily(2), said: 'Resumes Mon 02:00.' },
    { ...AUTUMN, week: daily(2), said: 'Resumes today at 02:00.' },
    { ...AUTUMN, week: daily(0), said: 'Resumes Mon 00:00.' },
  ])('clocks go $night, at half past one the owner reads: $said', ({ week, said, ...story }) => {
    const snapshots = openSnapshots(openClean(tempFolder()));
    const read: string[] = [];
    const halfPastOne = Date.parse(story.from) + hours(3.5);
    const until = { ...story, to: new Date(halfPastOne + 1).toISOString() };
    liveThrough(week, until, ({ at, agent }) => {
      if (at !== halfPastOne) return;
      const around = {
        version: '0',
        books: 0,
        startsAtLogin: null,
        libraries: [],
        gpuTrouble: null,
        lockdownOf: () => null,
        usedBy: () => null,
        speedOf: () => null,
        speedTest: { kind: 'idle' } as const,
        examples: [],
        notices: [],
      };
      const network = { name: quote('Test network'), test: true };
      const snapshot = snapshots.take(agent, {
        ...around,
        network,
        connection: { kind: 'online' },
      });
      read.push(hero(snapshot, READER).reason.replaceAll(NBSP, ' '));
    });
    expect(read).toEqual([`Outside your schedule. ${said}`]);
  });
});

describe('a pause until tomorrow morning', () => {
  let machine: Machine;
  let env: Record<string, string>;
  beforeEach(async () => {
    machine = newMachine();
    const card = { fakes: await buildFakes(), folder: `${machine.folder}-card`, kernelMillis: 15 };
    env = { ...fakeGpuEnvironment(card), TZ: ZONE };
  });
  afterEach(() => endAll(machine));

  const STEPS = 200;
  const phaseOf = (s: Snapshot) => s.lanes[0]?.phase;
  const pauseOf = (s: Snapshot) => {
    const phase = phaseOf(s);
    return phase?.kind === 'held' && phase.because.kind === 'paused' ? phase.because.until : null;
  };
  const said = (s: Snapshot) => hero(s, READER).reason.replaceAll(NBSP, ' ');

  test('outlasts two kill -9, to the same moment; whoever resumes earlier earns at once', async () => {
    liveIn(ZONE);
    let agent = startAgent(machine, env);
    let window = await agent.window();
    await openShop(agent.exchange()).submit(countingJob('a', STEPS));
    await window.until('the job to run', (s) => phaseOf(s)?.kind === 'running');
    const length = pauseLength('morning', millis(Date.now()));
    expect(await window.send({ kind: 'pause', for: length })).toEqual({ kind: 'ok' });
    const paused = await window.until('the pause', (s) => pauseOf(s) !== null);
    expect(said(paused)).toMatch(/^You paused sharing until (\w{3} )?08:00\.$/);

    for (const whom of ['agent', 'all'] as const) {
      window.close();
      await agent.kill(whom);
      agent = startAgent(machine, env);
      window = await agent.window();
      const after = await window.until('a card that was read', (s) => s.lanes[0]?.reading != null);
      expect(pauseOf(after)).toBe(pauseOf(paused));
      expect(said(after)).toBe(said(paused));
      expect(agent.runner()).toBeNull();
    }
    const shop = openShop(agent.exchange());
    expect((await shop.status('a')).state.kind).toBe('waiting');

    expect(await window.send({ kind: 'resume' })).toEqual({ kind: 'ok' });
    await window.until('the pay', (s) => s.earnings.jobs[0]?.status === 'credited');
    expect(await shop.counters('a')).toEqual(counted(STEPS));
    window.close();
    expect(await agent.stop()).toBe(0);
  }, 60_000);
});
