import type { Catalog } from '../../src-shared/language/language.ts';

/**
 * What other processes and the network say in English, because a stranger hears it too or because they do not know the
 * owner; retold.ts says it again for the owner.
 */
export const processWords = {
  driverOld: {
    en: 'The NVIDIA driver is too old: update it to use the GPU.',
    de: 'Der NVIDIA-Treiber ist zu alt: Aktualisiere ihn, um die GPU zu nutzen.',
  },
  driverUpdated: {
    en: 'The NVIDIA driver was updated: restart the computer to use the GPU again.',
    de: 'Der NVIDIA-Treiber wurde aktualisiert: Starte den Computer neu, um die GPU wieder zu nutzen.',
  },
  driverNotLoaded: {
    en: 'The NVIDIA driver is installed but not running: restart the computer, or reinstall the driver.',
    de: 'Der NVIDIA-Treiber ist installiert, läuft aber nicht: Starte den Computer neu oder installiere den Treiber noch einmal.',
  },
  driverNotStarting: {
    en: 'The NVIDIA driver does not start: {why}.',
    de: 'Der NVIDIA-Treiber startet nicht: {why}.',
  },
  driverFailed: {
    en: 'The NVIDIA driver failed: {why}.',
    de: 'Der NVIDIA-Treiber ist gescheitert: {why}.',
  },
  driverEmpty: {
    en: 'The NVIDIA driver runs but finds no GPU.',
    de: 'Der NVIDIA-Treiber läuft, findet aber keine GPU.',
  },
  noDriver: { en: 'No NVIDIA driver found.', de: 'Kein NVIDIA-Treiber gefunden.' },
  noDriverOthers: {
    en: 'No NVIDIA driver found. This computer has: {cards}.',
    de: 'Kein NVIDIA-Treiber gefunden. Dieser Computer hat: {cards}.',
  },
  twinCard: {
    en: 'A second {name} is not used, because WebGPU cannot tell the two apart.',
    de: 'Eine zweite {name} wird nicht benutzt, weil WebGPU die beiden nicht unterscheiden kann.',
  },
  driverSilent: {
    en: 'The GPU driver does not answer.',
    de: 'Der GPU-Treiber antwortet nicht.',
  },
  probeUnreadable: {
    en: 'The GPU probe said something unreadable.',
    de: 'Was über die GPU gemeldet wurde, war nicht lesbar.',
  },
  probeFailing: {
    en: 'Reading the GPU keeps failing; trying on. {why}',
    de: 'Die GPU lässt sich immer wieder nicht lesen; es wird weiter versucht. {why}',
  },

  powerUntold: {
    en: 'This system does not let the power limit of this card be changed.',
    de: 'Dieses System lässt das Leistungslimit dieser Karte nicht ändern.',
  },
  powerUnchangeable: {
    en: 'This card does not let its power limit be changed.',
    de: 'Diese Karte lässt ihr Leistungslimit nicht ändern.',
  },
  powerForAdministrators: {
    en: 'The driver lets only an administrator change the power limit.',
    de: 'Der Treiber lässt das Leistungslimit nur einen Administrator ändern.',
  },
  powerForRoot: {
    en: 'The system lets only an administrator change the power limit.',
    de: 'Das System lässt das Leistungslimit nur einen Administrator ändern.',
  },
  powerRefused: {
    en: 'The driver takes no power limit of {limit} W for this card.',
    de: 'Der Treiber nimmt für diese Karte kein Leistungslimit von {limit}\u00a0W an.',
  },
  powerUnchanged: {
    en: 'The driver did not change the power limit: {why}.',
    de: 'Der Treiber hat das Leistungslimit nicht geändert: {why}.',
  },
  powerUnknown: {
    en: 'The driver does not tell this card’s power limit, so it is left alone.',
    de: 'Der Treiber nennt das Leistungslimit dieser Karte nicht, also bleibt es, wie es ist.',
  },
  powerUnwritten: {
    en: 'Nothing was changed, because {why}.',
    de: 'Nichts wurde geändert: {why}.',
  },
  powerNobody: {
    en: 'No GPU driver answers that could change a power limit.',
    de: 'Kein GPU-Treiber antwortet, der ein Leistungslimit ändern könnte.',
  },
  powerNowhere: {
    en: 'No power limit can be changed here.',
    de: 'Hier lässt sich kein Leistungslimit ändern.',
  },
  cardGone: { en: 'The card does not answer.', de: 'Die Karte antwortet nicht.' },

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
  noModelCard: {
    en: 'llama.cpp finds no graphics card that it can use',
    de: 'llama.cpp findet keine Grafikkarte, die es nutzen kann',
  },
  noModelLibrary: {
    en: 'llama.cpp cannot be used on this machine: {why}',
    de: 'llama.cpp lässt sich auf diesem Computer nicht nutzen: {why}',
  },

  connecting: { en: 'Connecting.', de: 'Verbindet.' },
  unreachable: {
    en: 'no connection to the network: {why}',
    de: 'Das Netzwerk ist nicht erreichbar: {why}',
  },
  stoppedAnswering: {
    en: 'the network stopped answering',
    de: 'Das Netzwerk antwortet nicht mehr',
  },
  slowGreeting: {
    en: 'the network did not finish its greeting in time',
    de: 'Das Netzwerk war beim Verbinden zu langsam',
  },
  lineFull: {
    en: 'the line takes nothing any more',
    de: 'Die Leitung nimmt nichts mehr an',
  },
  closedByNetwork: {
    en: 'the network closed the connection ({why})',
    de: 'Das Netzwerk hat die Verbindung geschlossen ({why})',
  },
  otherVersion: {
    en: 'the network speaks version {theirs}, this program {ours}: one of them needs an update',
    de: 'Das Netzwerk spricht Version {theirs}, dieses Programm {ours}: Eines von beiden braucht ein Update',
  },
  otherNetwork: {
    en: 'the network calls itself {name}, but we dialled {host}',
    de: 'Das Netzwerk nennt sich {name}, gewählt war aber {host}',
  },
  notConnected: {
    en: 'not connected to the network',
    de: 'keine Verbindung zum Netzwerk',
  },
  transferStopped: {
    en: 'the transfer was stopped',
    de: 'die Übertragung wurde abgebrochen',
  },

  noLandlock: {
    en: 'this kernel has no Landlock, or has it switched off ({why})',
    de: 'dieser Kernel hat kein Landlock, oder es ist ausgeschaltet ({why})',
  },
  switchedOff: { en: 'switched off by {name}', de: 'ausgeschaltet durch {name}' },
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
} as const satisfies Catalog;
