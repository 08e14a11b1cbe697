import fc from 'fast-check';
import type { Event } from '../../../src-main/agent/event.ts';
import { quote } from '../../../src-shared/said.ts';
import { celsius, minutes, seconds, watts } from '../../../src-shared/units.ts';
import {
  assigned,
  card,
  done,
  found,
  game,
  limited,
  offered,
  prepared,
  reading,
  sharing,
  T0,
} from '../../worlds/machine.ts';

/** The game draws. */
const playing = reading({
  programs: [{ pid: game.pid, memory: null, load: 0.8, name: 'hl2', ours: false }],
});
const hot = reading({ temperature: celsius(79), power: watts(300) });

/** Anything that can happen to an agent, with what belongs to the owner's limits. */
export const anyEvent: fc.Arbitrary<Event> = fc.oneof(
  fc.constantFrom<Event>(
    found,
    offered,
    assigned,
    prepared,
    { kind: 'fetching', at: T0, lease: 'L1', share: 0.5 },
    { kind: 'no-room', at: T0, lease: 'L1' },
    done,
    { kind: 'game-started', at: T0, game },
    { kind: 'game-ended', at: T0, pid: game.pid },
    { kind: 'screen-changed', at: T0, program: game },
    { kind: 'screen-changed', at: T0, program: null },
    { kind: 'connected', at: T0, test: true },
    { kind: 'disconnected', at: T0 },
    { kind: 'start-now', at: T0 },
    { kind: 'leaving', at: T0, on: true },
    { kind: 'leaving', at: T0, on: false },
    { kind: 'revoked', at: T0, lease: 'L1', detail: 'expired' },
    { kind: 'withdrawn', at: T0, offer: 'o1' },
    { kind: 'gpus-found', at: T0, gpus: [] },
    { kind: 'gpus-found', at: T0, gpus: [{ ...card, index: 1 }] },
    { kind: 'power-limited', at: T0, lane: card.lane, trouble: null },
    { kind: 'power-limited', at: T0, lane: card.lane, trouble: quote('No rights.') },
    { kind: 'try-again', at: T0 },
    { kind: 'measure', at: T0, lane: card.lane },
    { kind: 'stop-measuring', at: T0 },
    { kind: 'sharing-lent', at: T0 },
    { kind: 'sharing-kept', at: T0 },
    { kind: 'skipped', at: T0, lane: card.lane },
    { kind: 'ended', at: T0, lease: 'L1', outcome: { kind: 'stopped', checkpoint: null } },
    {
      kind: 'ended',
      at: T0,
      lease: 'L1',
      outcome: { kind: 'failed', because: 'runner-lost', detail: quote('x') },
    },
  ),
  fc.record({
    kind: fc.constant('sampled' as const),
    at: fc.constant(T0),
    readings: fc.constantFrom(
      [reading()],
      [reading({ lost: true })],
      [],
      [hot],
      [playing],
      [reading({ temperature: celsius(76), power: watts(250) })],
    ),
    silentFor: fc.constantFrom(seconds(0), seconds(0), seconds(11)),
    idleFor: fc.constantFrom(null, seconds(0), minutes(60)),
    locked: fc.boolean(),
    onBattery: fc.boolean(),
    metered: fc.boolean(),
    earnsPerHour: fc.constant(null),
  }),
  fc.record({
    kind: fc.constant('settings-changed' as const),
    at: fc.constant(T0),
    settings: fc.constantFrom(
      sharing,
      { ...sharing, sharing: false },
      { ...sharing, pausedUntil: 'forever' as const },
      limited(200),
      limited(150),
      { ...sharing, quietHours: { from: 0, to: 1440, duty: 0.5 } },
    ),
  }),
);
