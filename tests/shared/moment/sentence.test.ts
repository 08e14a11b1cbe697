import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NBSP } from '../../../src-shared/amount.ts';
import type { Reader } from '../../../src-shared/language/reader.ts';
import { hero, laneHero, trayTooltip } from '../../../src-shared/moment/sentence.ts';
import { said } from '../../../src-shared/said.ts';
import { Snapshot } from '../../../src-shared/snapshot.ts';
import { hours, seconds } from '../../../src-shared/units.ts';
import { arbitraryOf } from '../../worlds/arbitrary.ts';
import { NOW, snapshots } from '../../worlds/window/snapshots.ts';

const reader: Reader = { locale: 'en-GB' };
const german: Reader = { language: 'de', locale: 'de-DE' };
const spoken = (snapshot: Snapshot, to: Reader = reader): string => {
  const { word, reason } = hero(snapshot, to);
  return `${word}. ${reason}`.replaceAll(NBSP, ' ');
};

describe('the sentence', () => {
  it.each([
    ['earningMoney', 'Earning. Away for 42 min. Stops the moment you’re back.'],
    [
      'earningTest',
      'Earning. Earning test credits on the software renderer, not money. Away for 42 min. Stops the moment you’re back.',
    ],
    ['twoGpus', 'Earning on 1 of 2 GPUs. Away for 42 min. Stops the moment you’re back.'],
    ['preparing', 'Starting. Loading the job “Matrix tuning, batch 12”.'],
    [
      'fetchingModel',
      'Starting. Loading the job “Matrix tuning, batch 12”. Fetching the model, 42 %.',
    ],
    ['waiting', 'Waiting. You’re using this PC. Starts after 10 min away.'],
    ['seeking', 'Waiting. No job fits this GPU right now. The next one starts by itself.'],
    ['fresh', 'Waiting. Ready. Your first job starts after 10 min away.'],
    ['game', 'Paused. Counter-Strike 2 is running. Resumes when you quit.'],
    ['pausedUntil', 'Paused. You paused sharing until 22:40.'],
    ['pausedForever', 'Paused. You paused sharing until you resume.'],
    ['battery', 'Paused. On battery. Resumes when plugged in.'],
    ['leaving', 'Paused. This PC is going to sleep or shutting down.'],
    [
      'hot',
      'Too hot, stopped. GPU reached 83 °C; your limit is 78 °C. Resumes below 70 °C. Check the airflow.',
    ],
    ['offline', 'Offline. No connection since 21:12. Finished work is kept and sent later.'],
    [
      'gpuLost',
      'GPU stopped responding. Its driver no longer answers. Sharing stays stopped until it works again.',
    ],
    [
      'resting',
      'Waiting. The last job ended with an error. The runner ended with signal SIGSEGV. Tries again in 30 s.',
    ],
    [
      'givenUp',
      'Stopped after errors. The runner ended with signal SIGSEGV five times in a row. Nothing runs until you choose Try again.',
    ],
    ['off', 'Off. Sharing is off. Nothing runs on your GPU.'],
    ['noGpu', 'No GPU found. This PC shows no GPU that Offpeak can use.'],
    ['looking', 'Starting. Looking for your GPU.'],
  ] as const)('says why in the moment %s', (name, said) => {
    expect(spoken(snapshots[name])).toBe(said);
  });

  it.each([
    ['earningMoney', 'Verdient gerade. Seit 42 min weg. Stoppt sofort, wenn du zurück bist.'],
    [
      'earningTest',
      'Verdient gerade. Verdient auf dem Software-Renderer Testpunkte, kein Geld. Seit 42 min weg. Stoppt sofort, wenn du zurück bist.',
    ],
    ['twoGpus', 'Verdient auf 1 von 2 GPUs. Seit 42 min weg. Stoppt sofort, wenn du zurück bist.'],
    [
      'fetchingModel',
      'Startet. Auftrag „Matrix tuning, batch 12“ wird geladen. Das Modell wird geholt, 42 %.',
    ],
    ['waiting', 'Wartet. Du benutzt den PC. Startet nach 10 min Abwesenheit.'],
    ['seeking', 'Wartet. Gerade passt kein Auftrag. Der nächste startet von selbst.'],
    ['fresh', 'Wartet. Bereit. Startet nach 10 min Abwesenheit.'],
    ['game', 'Pausiert. Counter-Strike 2 läuft. Geht nach dem Beenden weiter.'],
    ['pausedUntil', 'Pausiert. Du hast bis 22:40 pausiert.'],
    ['battery', 'Pausiert. Akkubetrieb. Weiter am Netzteil.'],
    [
      'hot',
      'Zu heiß, gestoppt. GPU hat 83 °C erreicht; dein Limit ist 78 °C. Weiter unter 70 °C. Bitte Belüftung prüfen.',
    ],
    ['offline', 'Offline. Keine Verbindung seit 21:12. Fertige Arbeit wird später gesendet.'],
    [
      'gpuLost',
      'GPU reagiert nicht. Der Treiber antwortet nicht mehr. Teilen bleibt gestoppt, bis er wieder läuft.',
    ],
    ['off', 'Aus. Teilen ist aus. Auf deiner GPU läuft nichts.'],
  ] as const)('says it in the design’s German in the moment %s', (name, said) => {
    expect(spoken(snapshots[name], german)).toBe(said);
  });

  it.each(Object.keys(snapshots))('has German words of its own in the moment %s', (name) => {
    const moment = snapshots[name as keyof typeof snapshots];
    const [en, de] = [hero(moment, reader), hero(moment, german)];
    // A reason may be a driver's own, and a name stands in both.
    expect(`${de.word} ${de.reason}`).not.toBe(`${en.word} ${en.reason}`);
    expect({ ...de, word: '', reason: '', tag: '', short: '' }).toEqual({
      ...en,
      word: '',
      reason: '',
      tag: '',
      short: '',
    });
  });

  it('begins every sentence large, whatever began it', () => {
    const { connection } = snapshots.offline;
    const lost = { ...connection, detail: said('stoppedAnswering') };
    expect(spoken({ ...snapshots.offline, connection: lost })).toContain(
      '. The network stopped answering. ',
    );
  });

  it('lets the owner’s pause speak before the game that also runs', () => {
    const both = { ...snapshots.game, settings: snapshots.pausedForever.settings };
    expect(hero(both).icon).toBe('pause');
  });

  it('does not call a pause that has run out a pause', () => {
    const over = {
      ...snapshots.earningMoney,
      settings: { ...snapshots.off.settings, sharing: true, pausedUntil: NOW },
    };
    expect(hero(over).state).toBe('earning');
  });

  it('names the game although the connection is down too', () => {
    expect(hero({ ...snapshots.game, connection: snapshots.offline.connection }).icon).toBe(
      'gamepad',
    );
  });

  it('keeps saying Earning offline, and says that the result is kept', () => {
    const offline = { ...snapshots.earningMoney, connection: snapshots.offline.connection };
    expect(spoken(offline)).toContain(
      'No connection since 21:12; the result is kept and sent later.',
    );
  });

  it('says that the screen is locked, and invents no time', () => {
    const locked = { ...snapshots.earningMoney, locked: true, idleFor: hours(24) };
    expect(spoken(locked)).toBe('Earning. Your screen is locked. Stops the moment you’re back.');
  });

  it('says that the owner started it while they are here', () => {
    const here = { ...snapshots.earningMoney, idleFor: seconds(2) };
    expect(spoken(here)).toBe('Earning. Started by you. Stops for games and when you pause.');
    const always = { ...here, settings: { ...here.settings, when: { kind: 'always' as const } } };
    expect(spoken(always)).toBe('Earning. Stops the moment a game starts.');
    const working = { ...here, settings: { ...here.settings, when: { kind: 'working' as const } } };
    expect(spoken(working)).toBe(
      'Earning. Stops the moment a game starts, and for programs that keep the GPU busy.',
    );
  });

  it('does not claim that nothing runs while the job is still being stopped', () => {
    const stopping = { ...snapshots.earningMoney, settings: snapshots.off.settings };
    expect(spoken(stopping)).toBe('Off. Sharing is off. The job is being stopped.');
  });

  it('speaks of one broken card beside the other, not of the whole machine', () => {
    const [earns, lost] = snapshots.twoGpus.lanes.map((lane) => laneHero(snapshots.twoGpus, lane));
    expect(earns?.state).toBe('earning');
    expect(lost?.tag).toBe('GPU error');
    const notEarning = {
      ...snapshots.twoGpus,
      lanes: [snapshots.waiting.lanes[0], snapshots.twoGpus.lanes[1]].flatMap((l) => l ?? []),
    };
    expect(hero(notEarning).state).toBe('waiting');
  });

  it('joins numbers to their units', () => {
    expect(hero(snapshots.waiting).reason).toContain(`10${NBSP}min`);
    expect(hero(snapshots.twoGpus).word).toContain(`2${NBSP}GPUs`);
  });
});

describe('the tray', () => {
  it.each([
    ['earningMoney', 'Offpeak: Earning. $0.91 net today'],
    ['earningTest', 'Offpeak: Earning. 12.50 test credits today'],
    ['waiting', 'Offpeak: Waiting. PC in use'],
    ['game', 'Offpeak: Paused. Counter-Strike 2'],
    ['hot', 'Offpeak: Too hot. Stopped at 83 °C'],
    ['gpuLost', 'Offpeak: GPU error. Not responding'],
    ['offline', 'Offpeak: Offline since 21:12'],
    ['off', 'Offpeak: Off'],
  ] as const)('says the state when pointed at: %s', (name, said) => {
    expect(
      trayTooltip(snapshots[name], { locale: 'en-US' })
        .replaceAll(NBSP, ' ')
        .replace('09:12 PM', '21:12'),
    ).toBe(said);
  });
});

describe('the tray in German', () => {
  it.each([
    ['earningMoney', 'Offpeak: Verdient gerade. Heute 0,91 $ netto'],
    ['waiting', 'Offpeak: Wartet. PC wird benutzt'],
    ['game', 'Offpeak: Pausiert. Counter-Strike 2'],
    ['offline', 'Offpeak: Offline seit 21:12'],
    ['off', 'Offpeak: Aus'],
  ] as const)('says the state when pointed at: %s', (name, said) => {
    expect(trayTooltip(snapshots[name], german).replaceAll(NBSP, ' ')).toBe(said);
  });
});

describe.each([
  ['English', reader],
  ['German', german],
])('over every snapshot there can be, in %s', (_language, to) => {
  const anySnapshot = arbitraryOf(Snapshot).map((value) => Snapshot.parse(value));
  const broken = /undefined|null|NaN|Infinity|Invalid|\[object/;

  it('always says something plain, in whole sentences and one line', () => {
    fc.assert(
      fc.property(anySnapshot, (snapshot) => {
        // Foreign words may hold anything; what is ours may not.
        const foreign =
          JSON.stringify(snapshot.lanes.map((l) => [l.phase, l.powerLimitTrouble])) +
          JSON.stringify(snapshot.gpuTrouble) +
          JSON.stringify(snapshot.connection);
        const { word, reason, tag, short } = hero(snapshot, to);
        for (const said of [word, reason, tag, short, trayTooltip(snapshot, to)]) {
          expect(said.trim()).not.toBe('');
          expect(said).not.toMatch(/\p{Cc}/u);
          if (!broken.test(foreign.replaceAll('null', ''))) expect(said).not.toMatch(broken);
        }
        expect(reason).toMatch(/[.!?…]$/u);
        expect(short.length).toBeLessThanOrEqual(120);
        expect(trayTooltip(snapshot, to).length).toBeLessThanOrEqual(127);
      }),
      { numRuns: 300 },
    );
  });

  it('never shows a currency sign for test credits, and never calls money test credits', () => {
    fc.assert(
      fc.property(anySnapshot, (snapshot) => {
        const { state, reason, short } = hero({ ...snapshot, gpuTrouble: null }, to);
        if (state !== 'earning') return;
        if (snapshot.network.test) {
          expect(reason).toMatch(/not money|kein Geld/);
          expect(short).not.toMatch(/[$€£]/);
        } else {
          expect(reason + short).not.toMatch(/test/i);
        }
      }),
      { numRuns: 300 },
    );
  });
});
