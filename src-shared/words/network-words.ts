import type { Catalog } from '../language/language.ts';

/** How the line to the network stands; small beginnings, because such words stand within sentences too. */
export const networkWords = {
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
  tooUnreadable: {
    en: 'the network said {count} things that could not be read, the last: {last}',
    de: 'Das Netzwerk sagte {count} Unlesbares, zuletzt: {last}',
  },
  noAnswer: { en: 'it cannot be reached', de: 'keine Antwort' },
  closeCode: { en: 'code {code}', de: 'Code {code}' },
  leaving: { en: 'this program is leaving', de: 'dieses Programm wird beendet' },
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
  transferSilent: {
    en: 'the network stopped answering in mid-transfer',
    de: 'das Netzwerk antwortete mitten in der Übertragung nicht mehr',
  },
  transferBroken: {
    en: 'the transfer broke off: {why}',
    de: 'die Übertragung brach ab: {why}',
  },
  dataUnknown: {
    en: 'the network does not have {name}',
    de: 'das Netzwerk hat {name} nicht',
  },
  dataElsewhere: {
    en: 'the network sends {name} elsewhere, which is not allowed',
    de: 'das Netzwerk verweist für {name} woandershin, was nicht erlaubt ist',
  },
  dataUnanswered: {
    en: 'the network answered {status} for {name}',
    de: 'das Netzwerk antwortete {status} für {name}',
  },
  dataRefused: {
    en: 'the network refuses {name} ({status})',
    de: 'das Netzwerk lehnt {name} ab ({status})',
  },
  noBlobsTaken: {
    en: 'the network takes no blobs ({status})',
    de: 'das Netzwerk nimmt keine Daten an ({status})',
  },
  modelNamed: { en: 'model {sha256}', de: 'Modell {sha256}' },
  wrongSize: {
    en: '{name} should have {size} bytes, not {given}',
    de: '{name} sollte {size} Bytes haben, nicht {given}',
  },
  wrongPart: {
    en: '{name}: {wanted} was wanted, not {given}',
    de: '{name}: gewünscht war {wanted}, nicht {given}',
  },
  tooLong: {
    en: '{name} has more than its {size} bytes',
    de: '{name} hat mehr als seine {size} Bytes',
  },
  brokenOff: {
    en: '{name} broke off after {done} of {size} bytes',
    de: '{name} brach nach {done} von {size} Bytes ab',
  },
  otherData: {
    en: 'what the network sent as {name} is something else',
    de: 'was das Netzwerk als {name} schickte, ist etwas anderes',
  },
} as const satisfies Catalog;
