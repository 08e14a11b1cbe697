import type { Catalog } from '../../src-shared/language/language.ts';

/** What the system's notifications say beside the sentences that the window says too. */
export const notifications = {
  notice: { en: 'Offpeak', de: 'Offpeak' },
  idle: { en: 'Nothing earned', de: 'Nichts verdient' },
  idleWhy: {
    en: 'Your PC was free for {hours} and sharing was on, but no job was finished. {reason}',
    de: 'Dein PC war {hours} frei und das Teilen an, aber kein Auftrag wurde fertig. {reason}',
  },
  off: { en: 'Sharing is still off', de: 'Das Teilen ist noch aus' },
  offWhy: {
    en: 'You switched it off on {day}. Switch it on when your GPU may earn again.',
    de: 'Du hast es am {day} ausgeschaltet. Schalte es ein, wenn deine GPU wieder verdienen darf.',
  },
} as const satisfies Catalog;
