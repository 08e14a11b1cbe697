import { describe, expect, it } from 'vitest';
import { PAUSES, pauseLabel, pauseLength } from '../../src-shared/pause.ts';
import { hours, millis, minutes } from '../../src-shared/units.ts';
import { Command } from '../../src-shared/window-protocol.ts';

const at = (hour: number, minute = 0) => millis(new Date(2026, 2, 12, hour, minute).getTime());
const reader = { locale: 'en-GB' };

describe('the owner’s pause', () => {
  it('for the night ends at eight tomorrow in the evening, and at eight today in the small hours', () => {
    expect(pauseLength('morning', at(21))).toBe(hours(11));
    expect(pauseLabel('morning', at(21), reader)).toBe('Until tomorrow 08:00');
    expect(pauseLength('morning', at(2))).toBe(hours(6));
    expect(pauseLabel('morning', at(2), reader)).toBe('Until 08:00');
    expect(pauseLength('morning', at(8))).toBe(hours(24));
  });

  it('ends at eight by the clock on the wall in every night of the year', () => {
    for (let day = 0; day < 366; day += 1) {
      const evening = millis(new Date(2026, 0, 1 + day, 22, 30).getTime());
      const length = pauseLength('morning', evening);
      const end = new Date(evening + (length === 'forever' ? Number.NaN : length));
      expect([end.getDate(), end.getHours(), end.getMinutes()]).toEqual([
        new Date(2026, 0, 2 + day).getDate(),
        8,
        0,
      ]);
    }
  });

  it('is offered for 15 minutes, an hour, the night, and until they turn it on', () => {
    expect(PAUSES.map((pause) => pauseLabel(pause, at(21), reader))).toEqual([
      'For 15 minutes',
      'For 1 hour',
      'Until tomorrow 08:00',
      'Until I turn it on',
    ]);
    expect(pauseLength('quarter', at(21))).toBe(minutes(15));
    expect(pauseLength('hour', at(21))).toBe(hours(1));
    expect(pauseLength('forever', at(21))).toBe('forever');
  });

  it('is a command that the agent takes, even in the last moment before eight', () => {
    const moment = millis(at(8) - 100);
    for (const pause of PAUSES) {
      const command = { kind: 'pause', for: pauseLength(pause, moment) };
      expect(Command.safeParse(command).success).toBe(true);
    }
  });

  it('is offered in German too', () => {
    const german = { language: 'de', locale: 'de-DE' } as const;
    expect(
      PAUSES.map((pause) => pauseLabel(pause, at(21), german).replaceAll('\u00a0', ' ')),
    ).toEqual(['Für 15 Minuten', 'Für 1 Stunde', 'Bis morgen 08:00', 'Bis ich es einschalte']);
  });
});
