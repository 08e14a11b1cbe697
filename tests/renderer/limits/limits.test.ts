import { createElement } from 'react';
import { describe, expect, it } from 'vitest';
import { GameRules } from '../../../src-renderer/limits/game-rules.tsx';
import { GpuLimits } from '../../../src-renderer/limits/gpu-limits.tsx';
import { WhenToShare } from '../../../src-renderer/limits/when-to-share.tsx';
import { ruleOf } from '../../../src-renderer/parts/not-a-game.tsx';
import { SettingsPage } from '../../../src-renderer/settings/settings-page.tsx';
import { quote } from '../../../src-shared/said.ts';
import type { Snapshot } from '../../../src-shared/snapshot.ts';
import { watts } from '../../../src-shared/units.ts';
import { draw, read } from '../../worlds/window/draw.ts';
import { snapshots } from '../../worlds/window/snapshots.ts';

type Name = keyof typeof snapshots;
const names = Object.keys(snapshots).filter((name): name is Name => name in snapshots);

const { limited } = snapshots;
const left = limited.lanes.slice(0, 1);

describe('the limits', () => {
  it.each(names)('are drawn at the moment %s in whole words', (name) => {
    const text = read(snapshots[name], GpuLimits, WhenToShare, GameRules, SettingsPage);
    expect(text).toContain('Week schedule');
    expect(text).not.toMatch(/undefined|NaN|\[object|\{\w+\}/);
  });

  it('of the only card are those for every card, until it gets its own', () => {
    const one: Snapshot = { ...snapshots.earningMoney };
    expect(read(one, GpuLimits)).toMatch(/Temperature limit 78 °C Now 64 °C/);
    expect(read(one, GpuLimits)).not.toContain('As for every GPU');
    const own = { ...limited, lanes: left };
    expect(read(own, GpuLimits)).toMatch(/Temperature limit 72 °C Now 71 °C/);
    expect(read(own, GpuLimits)).toMatch(/every other GPU: 78.°C Use 78.°C/);
  });

  it('say why a card is slowed, and that pauses hold its power', () => {
    const text = read(limited, GpuLimits);
    expect(text).toMatch(/GPU is close to your 72.°C limit, so work is slowed to 62.%\./);
    expect(text).toContain(
      'Held by pauses in the work, not by the card: the driver allows only an administrator to set it.',
    );
  });

  it('begin at the power a card has by itself, and promise none to a card that names no power', () => {
    expect(read(snapshots.earningMoney, GpuLimits)).toMatch(
      /Power limit 285 W.*own limit, 285.W\./,
    );
    const silent = {
      ...snapshots.earningMoney,
      lanes: snapshots.earningMoney.lanes.map((lane) => ({
        ...lane,
        gpu: { ...lane.gpu, powerMax: null, powerMin: null, powerDefault: null },
      })),
    };
    expect(read(silent, GpuLimits)).toContain('there is nothing to limit');
  });

  it('say what jobs cannot reach, and what this system cannot keep from them', () => {
    expect(read(limited, GpuLimits)).toContain('reach none of your files, no network');
    const [first] = limited.lanes;
    if (!first) throw new Error('no lane');
    const why = 'that wants a restricted token at its start';
    const lockdown = { held: [], missing: [{ what: 'network', why: quote(why) } as const] };
    const text = read({ ...limited, lanes: [{ ...first, lockdown }] }, GpuLimits);
    expect(text).toContain(`not kept from everything: the network (${why})`);
  });

  it('show what a card was measured at, with its watts, and offer to measure one that was not', () => {
    expect(read(limited, GpuLimits)).toMatch(
      /As it is 280.W 488.GB\/s 43\.9.TFLOP\/s 87\.7.TFLOP\/s 21\.8.TOP\/s 200.W – 486.GB\/s 38\.1.TFLOP\/s – 19\.0/,
    );
    expect(read(snapshots.earningMoney, GpuLimits)).not.toContain('Measure');
    expect(read(snapshots.earningTest, GpuLimits)).toContain('Half a minute of small jobs');
    const { lane } = snapshots.earningTest.lanes[0] ?? {};
    if (!lane) throw new Error('no lane');
    const running = { kind: 'running', lane, done: 2, of: 8 } as const;
    expect(draw({ ...snapshots.earningTest, speedTest: running }, GpuLimits)).toMatch(
      /aria-valuenow="25"/,
    );
  });

  it('are none on the software renderer, which has nothing to limit', () => {
    const text = read(snapshots.earningTest, GpuLimits);
    expect(text).toContain('Share this GPU');
    expect(text).not.toContain('Temperature limit');
  });

  it('tell the owner that a week without hours never runs, and nothing of the kind otherwise', () => {
    const none = { ...limited, settings: { ...limited.settings, schedule: [0, 0, 0, 0, 0, 0, 0] } };
    expect(read(none, WhenToShare)).toContain('nothing will ever run');
    expect(read(limited, WhenToShare)).not.toContain('nothing will ever run');
  });

  it('let the keyboard into the week at one place, and name every hour', () => {
    const html = draw(limited, WhenToShare);
    expect(html.match(/role="gridcell"/g)).toHaveLength(168);
    expect(html.match(/role="gridcell"[^>]*tabindex="0"/gi)).toHaveLength(1);
    expect(html.match(/role="gridcell"[^>]*aria-selected="true"/g)).toHaveLength(5 * 9 + 48);
    expect(new Set(html.match(/aria-label="\w+ \d\d:00[^"]*"/g))).toHaveProperty('size', 168);
  });

  it('keep a speed that the list of speeds does not hold', () => {
    expect(draw(limited, WhenToShare)).toMatch(/value="40.% speed"/);
  });

  it('offer a word about the game that runs, and not twice', () => {
    const { game } = snapshots;
    expect(read(game, GameRules)).toMatch(/Counter-Strike 2 .*Not a game\? Always pause/);
    const rule = { path: '/games/cs2', title: 'Counter-Strike 2', verdict: 'pause' } as const;
    const listed = { ...game, settings: { ...game.settings, games: [rule] } };
    expect(read(listed, GameRules)).toContain('Always paused for');
    expect(read(listed, GameRules)).not.toContain('Always pause ');
    expect(read(limited, GameRules)).toContain('Nothing is paused for a game right now.');
  });

  it('show every price of electricity and the hours it holds', () => {
    const html = draw(limited, SettingsPage);
    expect(html.match(/value="(\$[\d.]+\/kWh|\d\d:\d\d)"/g)).toEqual([
      'value="22:00"',
      'value="06:00"',
      'value="$0.17/kWh"',
      'value="17:00"',
      'value="20:00"',
      'value="$0.345/kWh"',
      'value="$0.22/kWh"',
    ]);
  });
});

describe('the power limit', () => {
  const { payCurve, speedCurve, limited } = snapshots;

  it('says what it costs in speed and heat, and what the owner keeps, where an hour’s pay is known', () => {
    expect(read(payCurve, GpuLimits)).toMatch(
      /Power limit 180 W You keep \$0\.\d{3} \/h Speed 81 % of default Heat −105 W vs default/,
    );
    expect(read(payCurve, GpuLimits)).toMatch(
      /\d+.W pays \$0\.\d{3} more per hour for \d+.W more heat\. From your speed test, what jobs paid lately, and \$0\.25\/kWh/,
    );
  });

  it('is never drawn in money from test credits, nor for a network whose pay is unknown', () => {
    const test = read(speedCurve, GpuLimits);
    expect(test).toMatch(/157.W does the most work per watt, at 73.% of the default speed/);
    expect(test).toContain('test credits are not money');
    expect(test).not.toMatch(/You keep|\$/);
    expect(read(limited, GpuLimits)).toContain('What an hour pays is not known yet');
    expect(read(limited, GpuLimits)).not.toMatch(/You keep|\$/);
  });

  it('promises no speed at a limit below all that were measured', () => {
    const [card] = speedCurve.lanes;
    if (!card) throw new Error('no lane');
    const low = {
      ...speedCurve,
      settings: { ...speedCurve.settings, cards: { [card.lane]: { powerLimit: watts(120) } } },
    };
    expect(read(low, GpuLimits)).toMatch(/Power limit 120 W Heat −165 W/);
  });

  it('offers a speed test where there is no curve yet, and says where there cannot be one', () => {
    const { fresh, earningMoney } = snapshots;
    expect(read(fresh, GpuLimits)).toMatch(/Half a minute of small jobs.* Measure/);
    expect(read(earningMoney, GpuLimits)).toContain('built-in test network only');
  });
});

describe('the other limits', () => {
  it('say when a card slows and stops, what its fan does, and how much disk models may take', () => {
    const text = read(snapshots.earningMoney, GpuLimits);
    expect(text).toMatch(/Jobs slow down at 78.°C and stop at 83.°C\./);
    expect(text).toMatch(/Fan 46.%/);
    expect(text).toContain('Disk for models');
    expect(draw(snapshots.earningMoney, GpuLimits)).toMatch(/value="20\sGB"/);
  });

  it('of every card stand by themselves where that is chosen', () => {
    const Every = () => createElement(GpuLimits, { chosen: 'every' });
    expect(read(limited, Every)).toContain('For every GPU that was given no limit of its own.');
    expect(read(limited, Every)).not.toContain('Power limit');
  });

  it('tell what electricity costs below the week only where there are several prices', () => {
    const [said] =
      draw(limited, WhenToShare).match(/aria-label="What electricity costs: [^"]*"/) ?? [];
    expect(said?.match(/\$[\d.]+/g)).toEqual(['$0.17', '$0.22', '$0.345', '$0.22', '$0.17']);
    expect(read(limited, WhenToShare)).toContain('Cheap power');
    expect(read(snapshots.earningMoney, WhenToShare)).not.toMatch(/Cheap power|kWh/);
  });

  it('count the hours that are allowed, and say whether the schedule is used', () => {
    expect(read(limited, WhenToShare)).toMatch(/Allowed: 93.h per week/);
    const used = /<input(?:(?!<input).)*checked=""\/>(?:(?!<input).)*Use schedule/;
    expect(draw(limited, WhenToShare)).toMatch(used);
    expect(draw(snapshots.earningMoney, WhenToShare)).not.toMatch(used);
    expect(read(snapshots.earningMoney, WhenToShare)).toMatch(/Allowed: 168.h per week/);
  });

  it('list the launchers of this PC with their games, and say where there is none', () => {
    expect(read(snapshots.payCurve, GameRules)).toMatch(
      /Steam 64 games Epic Games 12 games Xbox app 9 games Battle.net No games/,
    );
    expect(read(snapshots.payCurve, GameRules)).toContain(
      '85 games from libraries, 0 rules of yours',
    );
    expect(read(limited, GameRules)).toContain('No game library was found');
  });
});

describe('a rule of the owner', () => {
  it('is called what they call the program, or else as its file', () => {
    expect(ruleOf(' My game ', '/g/a').title).toBe('My game');
    expect(ruleOf('', 'C:\\Games\\Foo\\foo-win64.exe').title).toBe('foo-win64');
    expect(ruleOf('x'.repeat(300), '/g/a').title).toHaveLength(200);
    expect(ruleOf('', '/').title).toBe('/');
  });
});
