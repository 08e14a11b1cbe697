import { describe, expect, test } from 'vitest';
import { LaneId } from '../../../src-shared/gpu.ts';
import { defaults } from '../../../src-shared/settings.ts';
import { celsius, microUsd, millis, minutes, seconds, watts } from '../../../src-shared/units.ts';
import { liveIn } from '../../worlds/computer/time-zone.ts';
import { card, game, reading, T0 } from '../../worlds/machine.ts';
import { showing, watched, why, wishing } from './circumstances.ts';

test('a quiet machine whose owner shares it is welcome', () => {
  expect(why({}).hold).toBeNull();
});

test('the owner reads the reason they would mind most, and the most urgent one decides how fast', () => {
  const { hold } = why({ games: [game], idleFor: seconds(0), onBattery: true });
  expect(hold).toEqual({
    urgency: 'evict',
    reason: { kind: 'game-running', title: game.title, path: game.path },
  });
  const hotGame = why({ ...showing({ temperature: celsius(84) }), onBattery: true }).hold;
  expect(hotGame?.reason.kind).toBe('too-hot');
  expect(hotGame?.urgency).toBe('evict');
});

test('out of the box nothing runs', () => {
  expect(why({ settings: defaults }).hold?.reason.kind).toBe('switched-off');
});

test('a card its owner does not share is left at once; the one beside it works', () => {
  const one = wishing({ cards: { [card.lane]: { enabled: false } } });
  expect(why(one).hold).toEqual({ urgency: 'evict', reason: { kind: 'card-off' } });
  expect(why({ ...one, gpu: { ...card, lane: LaneId.parse('GPU-1') } }).hold).toBeNull();
});

test('with every network switched off nothing runs, and what has begun ends after its step', () => {
  const none = wishing({ builtInNetwork: false });
  expect(why(none).hold).toEqual({ urgency: 'yield', reason: { kind: 'no-network' } });
  expect(why({ ...none, games: [game] }).hold?.urgency).toBe('evict');
});

test('on battery nothing runs, unless the owner allowed it', () => {
  expect(why({ onBattery: true }).hold?.reason.kind).toBe('on-battery');
  expect(why({ onBattery: true, ...wishing({ pauseOnBattery: false }) }).hold).toBeNull();
});

test('a metered network ends work after its step, unless the owner allowed it', () => {
  expect(why({ metered: true }).hold).toEqual({ urgency: 'yield', reason: { kind: 'metered' } });
  expect(why({ metered: true, ...wishing({ pauseOnMetered: false }) }).hold).toBeNull();
});

test('the owner at the machine holds it only if they chose "while I am away"', () => {
  expect(why({ idleFor: seconds(3) }).hold?.reason).toEqual({
    kind: 'owner-active',
    startsAfter: minutes(5),
  });
  for (const kind of ['working', 'always'] as const)
    expect(why({ idleFor: seconds(3), ...wishing({ when: { kind } }) }).hold).toBeNull();
  expect(why({ idleFor: null }).hold).toBeNull();
});

test('outside the owner’s week work ends after its step, and they read when it goes on', () => {
  liveIn('Europe/Berlin');
  const nights = wishing({ schedule: Array(7).fill((1 << 22) | (1 << 23)) });
  const noon = millis(Date.parse('2026-11-23T12:00+01:00'));
  expect(why({ ...nights, now: noon }).hold).toEqual({
    urgency: 'yield',
    reason: { kind: 'schedule', until: Date.parse('2026-11-23T22:00+01:00') },
  });
  expect(why({ ...nights, now: millis(noon + 10 * 3_600_000) }).hold).toBeNull();
  expect(why(wishing({ schedule: Array(7).fill(0) })).hold?.reason).toEqual({
    kind: 'schedule',
    until: null,
  });
});

describe('electricity that costs more than the work brings', () => {
  // 300 W at 30 cents are 9 cents an hour, at 10 cents 3.
  const card300 = showing({ powerLimit: watts(300) });
  const plan = {
    pricePerKwh: microUsd(300_000),
    tariff: [{ from: 22 * 60, to: 6 * 60, pricePerKwh: microUsd(100_000) }],
  };
  const noon = { now: millis(Date.parse('2026-11-23T12:00+01:00')), ...card300, ...wishing(plan) };

  test('ends work after its step, until the hour at which it pays', () => {
    liveIn('Europe/Berlin');
    expect(why({ ...noon, earnsPerHour: microUsd(50_000) }).hold).toEqual({
      urgency: 'yield',
      reason: { kind: 'power-dear', until: Date.parse('2026-11-23T22:00+01:00') },
    });
    expect(why({ ...noon, earnsPerHour: microUsd(20_000) }).hold?.reason).toEqual({
      kind: 'power-dear',
      until: null,
    });
    expect(why({ ...noon, earnsPerHour: microUsd(90_000) }).hold).toBeNull();
  });

  test('does not matter where nobody knows what work brings, or the owner does not mind', () => {
    expect(why({ ...noon, earnsPerHour: null }).hold).toBeNull();
    const generous = wishing({ ...plan, pauseWhenDear: false });
    expect(why({ ...noon, ...generous, earnsPerHour: microUsd(1) }).hold).toBeNull();
  });

  test('counts what the rest of the PC draws, once however many cards work', () => {
    liveIn('Europe/Berlin');
    // With 100 W more, 30 cents make 12 cents an hour.
    const whole = { ...noon, ...wishing({ ...plan, restOfPc: watts(100) }) };
    const at100 = { ...whole, earnsPerHour: microUsd(110_000) };
    expect(why(at100).hold?.reason.kind).toBe('power-dear');
    expect(why({ ...at100, sharedCards: 2 }).hold).toBeNull();
    expect(why({ ...whole, earnsPerHour: microUsd(120_000) }).hold).toBeNull();
  });

  test('must be beaten by a margin before work begins again', () => {
    const pays = (amount: number) => ({ ...noon, earnsPerHour: microUsd(amount) });
    const { memory } = why(pays(89_000));
    const later = { now: millis(noon.now + 60_000) };
    expect(why({ ...pays(91_000), ...later }, memory).hold?.reason.kind).toBe('power-dear');
    expect(why({ ...pays(95_000), ...later }, memory).hold).toBeNull();
  });
});

describe('a hot card', () => {
  const at = (temperature: number) => showing({ temperature: celsius(temperature) });

  test('at its limit is only slowed; 5 °C above it stops after the step, 10 °C above it at once', () => {
    expect(why(at(82)).hold).toBeNull();
    expect(why(at(83)).hold).toEqual({
      urgency: 'yield',
      reason: { kind: 'too-hot', temperature: 83, limit: 78, resumesBelow: 70 },
    });
    expect(why(at(88)).hold?.urgency).toBe('evict');
  });

  test('starts again only when it was well below the limit for a while', () => {
    const held = 'too-hot';
    expect(
      watched([
        [0, at(84)],
        [30, at(72)],
        [31, at(69)],
        [39, at(69)],
        [41, at(69)],
        [42, at(72)],
      ]),
    ).toEqual([held, held, held, held, null, null]);
  });

  test('is spoken of by how hot it came to be', () => {
    const { memory } = why(at(85));
    const cooler = why({ ...at(72), now: millis(T0 + 1000) }, memory);
    expect(cooler.hold?.reason).toMatchObject({ kind: 'too-hot', temperature: 85 });
  });

  test('has a limit of its own where the owner gave it one', () => {
    const own = wishing({ cards: { [card.lane]: { temperatureMax: celsius(65) } } });
    expect(why({ ...own, ...at(70) }).hold?.reason).toMatchObject({ limit: 65, resumesBelow: 57 });
    expect(why({ ...own, ...at(69) }).hold).toBeNull();
  });

  test('stops for its hottest spot too, and cools by that one', () => {
    const spot = (hotSpot: number, temperature = 75) =>
      showing({ hotSpot: celsius(hotSpot), temperature: celsius(temperature) });
    expect(why(spot(104)).hold).toBeNull();
    const { hold, memory } = why(spot(106));
    expect(hold).toEqual({
      urgency: 'yield',
      reason: { kind: 'too-hot', temperature: 106, limit: 105, resumesBelow: 95 },
    });
    const later = { now: millis(T0 + 60_000) };
    expect(why({ ...spot(96), ...later }, memory).hold?.reason.kind).toBe('too-hot');
    expect(why({ ...spot(94), ...later }, memory).hold).toBeNull();
  });
});

test('a clock set back does not hold the machine for ever', () => {
  const { memory } = why({ games: [game] });
  expect(why({ now: millis(T0 - 86_400_000) }, memory).hold).toBeNull();
});

test('a card that is lost, and one not yet read, are left alone', () => {
  expect(why({ reading: null }).hold?.reason.kind).toBe('starting');
  expect(why({ reading: reading({ lost: true }) }).hold?.reason.kind).toBe('gpu-lost');
});
