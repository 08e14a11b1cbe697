import type { Catalog } from '../language/language.ts';

/** How processes of ours end, and what could not be taken from one that works on strangers' data. */
export const runnerWords = {
  endedBy: {
    en: 'The process was ended by {signal}.',
    de: 'Das Programm wurde durch {signal} beendet.',
  },
  endedByWords: {
    en: 'The process was ended by {signal}. Its last words: {words}',
    de: 'Das Programm wurde durch {signal} beendet. Seine letzten Worte: {words}',
  },
  endedWith: {
    en: 'The process ended with code {code}.',
    de: 'Das Programm endete mit Code {code}.',
  },
  endedWithWords: {
    en: 'The process ended with code {code}. Its last words: {words}',
    de: 'Das Programm endete mit Code {code}. Seine letzten Worte: {words}',
  },
  unstarted: {
    en: 'The process could not be started: {why}.',
    de: 'Das Programm ließ sich nicht starten: {why}.',
  },
  runnerLate: {
    en: 'The runner did not come up in time.',
    de: 'Das Rechenprogramm startete nicht rechtzeitig.',
  },
  runnerSilent: { en: 'The runner fell silent.', de: 'Das Rechenprogramm ist verstummt.' },
  runnerUnreadable: {
    en: 'The runner said something unreadable: {why}.',
    de: 'Das Rechenprogramm sagte etwas Unlesbares: {why}.',
  },
  runnerKilled: { en: 'It was killed.', de: 'Es wurde beendet.' },
  runnerLied: {
    en: 'The runner lied: {why}.',
    de: 'Das Rechenprogramm meldete Unmögliches: {why}.',
  },
  runnerOutputs: {
    en: 'The runner gave other outputs than the job asks for: {why}.',
    de: 'Das Rechenprogramm lieferte andere Ergebnisse, als der Auftrag verlangt: {why}.',
  },
  networkDistrusted: {
    en: 'This machine runs no PTX and no models from this network.',
    de: 'Dieser Computer rechnet für dieses Netzwerk kein PTX und keine Modelle.',
  },
  noModelCard: {
    en: 'llama.cpp finds no graphics card that it can use',
    de: 'llama.cpp findet keine Grafikkarte, die es nutzen kann',
  },
  noModelBinary: {
    en: 'llama.cpp cannot be used on this machine: {why}',
    de: 'llama.cpp lässt sich auf diesem Computer nicht nutzen: {why}',
  },

  noLandlock: {
    en: 'this kernel has no Landlock, or has it switched off ({why})',
    de: 'dieser Kernel hat kein Landlock, oder es ist ausgeschaltet ({why})',
  },
  switchedOff: { en: 'switched off by {name}', de: 'ausgeschaltet durch {name}' },
  noChromiumSandbox: {
    en: 'Electron was started without its sandbox',
    de: 'Electron wurde ohne seine Sandbox gestartet',
  },
  chromiumStarts: {
    en: 'Chromium starts its processes itself',
    de: 'Chromium startet seine Prozesse selbst',
  },
  windowsFiles: {
    en: 'it writes nothing of the owner, but reads: that wants a restricted token at its start',
    de: 'sie schreiben nichts von dir, könnten aber lesen',
  },
  windowsNetwork: {
    en: 'that wants a restricted token or a container at its start',
    de: 'Windows sperrt es nur für Programme in einem Container',
  },
  windowsProcesses: {
    en: 'it cannot change programs of the owner, but look at them, and into the clipboard',
    de: 'sie ändern deine Programme nicht, könnten sie und die Zwischenablage aber ansehen',
  },
  linuxProcesses: {
    en: 'it changes no other program of its user, but can read about them in /proc',
    de: 'sie ändern keine anderen Programme, könnten in /proc aber über sie lesen',
  },
  oneThread: { en: 'on one thread only, because {why}', de: 'nur auf einem Thread, denn: {why}' },
  inSteps: { en: '{steps}: {detail}', de: '{steps}: {detail}' },
  withAdvice: {
    en: '{detail}. If other programs can use this card, start Offpeak with {name}={what}, which keeps less from its jobs.',
    de: '{detail}. Wenn andere Programme diese Karte nutzen können, starte Offpeak mit {name}={what}; dann sind ihre Aufträge weniger abgeschirmt.',
  },
} as const satisfies Catalog;
