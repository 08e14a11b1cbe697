import type { Catalog } from '../language/language.ts';

/** What the owner is told about files: such sentences stand alone or within others, hence their small beginnings. */
export const diskWords = {
  full: {
    en: 'the disk is full; {what} could not be saved until there is room again',
    de: 'der Datenträger ist voll; bis wieder Platz ist, nicht gespeichert: {what}',
  },
  forbidden: {
    en: '{what} could not be saved: the system does not let us write there ({code})',
    de: 'das System lässt Offpeak dort nicht schreiben ({code}); nicht gespeichert: {what}',
  },
  unsaved: {
    en: '{what} could not be saved: {why}',
    de: 'nicht gespeichert: {what} ({why})',
  },
  diskFull: { en: 'the disk is full', de: 'der Datenträger ist voll' },
  diskForbidden: {
    en: 'the folder cannot be written to',
    de: 'in den Ordner lässt sich nicht schreiben',
  },
  diskInTheWay: {
    en: 'a file is in the way of a folder',
    de: 'eine Datei ist einem Ordner im Weg',
  },
  diskLocked: {
    en: 'the database is locked by another program',
    de: 'ein anderes Programm hält die Datenbank fest',
  },
  diskFailing: {
    en: 'the disk reports a read or write error',
    de: 'der Datenträger meldet einen Lese- oder Schreibfehler',
  },
  diskDamaged: { en: 'the database file is damaged', de: 'die Datenbankdatei ist beschädigt' },
  /** Of the network that is built in. */
  exchangeTrouble: {
    en: 'The exchange has trouble: {why}.',
    de: 'Das eingebaute Netz hat ein Problem: {why}.',
  },
  exchangeUnusable: {
    en: 'The exchange cannot use {folder}: {why}.',
    de: 'Das eingebaute Netz kann {folder} nicht benutzen: {why}.',
  },
  exchangeFailed: {
    en: 'the exchange failed: {why}',
    de: 'das eingebaute Netz ist gescheitert: {why}',
  },
  portInUse: {
    en: 'Port {port} is in use by another program; the exchange listens on port {free} instead.',
    de: 'Ein anderes Programm benutzt Port {port}; das eingebaute Netz benutzt stattdessen Port {free}.',
  },
  portForbidden: {
    en: 'Port {port} may not be used; the exchange listens on port {free} instead.',
    de: 'Port {port} darf nicht benutzt werden; das eingebaute Netz benutzt stattdessen Port {free}.',
  },
  exchangeKeysDamaged: {
    en: "The exchange's keys were damaged and are kept as {file}; receipts have a new signer from now on.",
    de: 'Die Schlüssel des eingebauten Netzes waren beschädigt und sind aufgehoben als {file}; Quittungen unterschreibt ab jetzt ein neuer.',
  },
  receiptsUnreadable: {
    en: 'The sums of all receipts so far cannot be read, so new receipts have a new signer and begin at zero. Earlier receipts keep their worth; their key is kept in {file}.',
    de: 'Die Summen aller bisherigen Quittungen sind nicht lesbar, deshalb unterschreibt neue ein neuer Schlüssel, und sie beginnen bei null. Frühere Quittungen gelten weiter; ihr Schlüssel ist aufgehoben in {file}.',
  },
  modelNotOffered: {
    en: 'The model {name} is not offered now: {why}. It stays on the list; put its file back and restart, or add it again.',
    de: 'Das Modell {name} wird gerade nicht angeboten: {why}. Es bleibt auf der Liste; leg seine Datei zurück und starte neu, oder füge es noch einmal hinzu.',
  },
  modelListDamaged: {
    en: 'The list of models was damaged and is kept as {file}; add the models again.',
    de: 'Die Liste der Modelle war beschädigt und ist aufgehoben als {file}; füge die Modelle noch einmal hinzu.',
  },
  databaseDamaged: {
    en: '{what} was damaged and is kept as {file}; a new one was begun.',
    de: '{what} war beschädigt und ist aufgehoben als {file}; Offpeak hat neu angefangen.',
  },
  jobQueue: { en: 'The queue of jobs', de: 'Die Warteschlange der Aufträge' },
  receiptBook: { en: 'The book of receipts', de: 'Das Buch der Quittungen' },
  theSettings: { en: 'the settings', de: 'die Einstellungen' },
  jobData: { en: 'the data of a job', de: 'die Daten eines Auftrags' },
  cardSpeed: { en: 'the speed of your card', de: 'die Geschwindigkeit deiner Karte' },
  powerLimit: { en: 'the power limit', de: 'das Leistungslimit' },
  oldPowerLimit: { en: 'the old power limit', de: 'das alte Leistungslimit' },
  aModel: { en: 'a language model', de: 'ein Sprachmodell' },
  theKey: {
    en: "this computer's key for the network",
    de: 'der Schlüssel dieses Computers für das Netzwerk',
  },
  theOrder: { en: 'the order', de: 'die Bestellung' },

  booksFull: {
    en: 'the disk is full; earnings are safe, but nothing new can be written down until there is room again',
    de: 'der Datenträger ist voll; deine Einnahmen sind sicher, aber Neues wird erst wieder aufgeschrieben, wenn Platz ist',
  },
  booksRefused: {
    en: 'the disk does not take our books ({code}); earnings are safe, and we keep trying',
    de: 'der Datenträger nimmt die Bücher nicht an ({code}); deine Einnahmen sind sicher, Offpeak versucht es weiter',
  },
  booksBusy: {
    en: 'another program holds the books; we keep trying',
    de: 'ein anderes Programm hält die Bücher fest; Offpeak versucht es weiter',
  },
  booksForbidden: {
    en: 'the system does not let us write the books ({code})',
    de: 'das System lässt Offpeak die Bücher nicht schreiben ({code})',
  },
  booksDamaged: {
    en: 'the books are damaged; restart Offpeak to repair them',
    de: 'die Bücher sind beschädigt; starte Offpeak neu, dann werden sie repariert',
  },
  booksClosed: {
    en: 'the earnings file cannot be opened: {why}',
    de: 'die Datei mit deinen Einnahmen lässt sich nicht öffnen: {why}',
  },
  booksNewer: {
    en: 'the earnings file was written by a newer Offpeak; please update this one',
    de: 'die Datei mit deinen Einnahmen ist von einem neueren Offpeak; bitte aktualisiere dieses',
  },
  booksLost: {
    en: 'the earnings file is damaged and could not be rebuilt',
    de: 'die Datei mit deinen Einnahmen ist beschädigt und ließ sich nicht wiederherstellen',
  },
  booksRebuilt: {
    en: 'the earnings file was damaged and is rebuilt; the damaged file is {file}',
    de: 'die Datei mit deinen Einnahmen war beschädigt und ist wiederhergestellt; die beschädigte heißt {file}',
  },
  booksRepaired: {
    en: 'the earnings file was damaged: {lines, plural, =0 {nothing in it could be read} one {{count} line could be read and is kept} other {{count} lines could be read and are kept}}; the damaged file is {file}',
    de: 'die Datei mit deinen Einnahmen war beschädigt: {lines, plural, =0 {nichts darin war lesbar} one {{count} Zeile war lesbar und ist erhalten} other {{count} Zeilen waren lesbar und sind erhalten}}; die beschädigte heißt {file}',
  },
  workDropped: {
    en: '{jobs, plural, one {# unfinished job} other {# unfinished jobs}} could not be read and went back to the network',
    de: '{jobs, plural, one {# angefangener Auftrag war nicht lesbar und ging} other {# angefangene Aufträge waren nicht lesbar und gingen}} ans Netzwerk zurück',
  },

  settingsDamaged: {
    en: 'the settings were damaged{faults}: {outcome}; {kept}',
    de: 'die Einstellungen waren beschädigt{faults}: {outcome}; {kept}',
  },
  settingsNewer: {
    en: 'the settings are of a later version of Offpeak{faults}: {outcome}; {kept}',
    de: 'die Einstellungen sind von einer neueren Version von Offpeak{faults}: {outcome}; {kept}',
  },
  restAsLeft: { en: 'the rest is as you left it', de: 'der Rest ist, wie du ihn gelassen hast' },
  knownAsLeft: {
    en: 'what this version knows is as you left it',
    de: 'was diese Version kennt, ist, wie du es gelassen hast',
  },
  sharingOff: { en: 'sharing is off', de: 'Teilen ist aus' },
  keptAs: { en: 'the file is kept as {file}', de: 'die Datei ist aufgehoben als {file}' },
  notKept: {
    en: 'the file could not be kept aside ({code})',
    de: 'die Datei ließ sich nicht aufheben ({code})',
  },

  blobTooLarge: {
    en: 'a blob of {size} bytes is larger than the limit of {most}',
    de: 'Daten von {size} Bytes sind größer als erlaubt: {most}',
  },
  checkpointStale: {
    en: 'the checkpoint is of a job that is no longer ours',
    de: 'der Zwischenstand ist von einem Auftrag, der nicht mehr deiner ist',
  },
  jobNotOurs: {
    en: 'job {job} is no longer ours to finish',
    de: 'Auftrag {job} ist nicht mehr deiner',
  },
  otherLease: {
    en: 'the claim is for {claimed}, but the lease is for {leased}',
    de: 'abgerechnet wird {claimed}, vergeben war aber {leased}',
  },
  keyOpen: {
    en: 'other users of this computer can read its key: {why}',
    de: 'andere Nutzer dieses Computers können seinen Schlüssel lesen: {why}',
  },
  keyUnreadable: {
    en: "this computer's key for the network could not be read ({why}): {kept}, and a new key is used",
    de: 'der Schlüssel dieses Computers für das Netzwerk war nicht lesbar ({why}): {kept}, und ein neuer wird benutzt',
  },
  oldKeyKept: { en: 'the old one is kept as {file}', de: 'der alte ist aufgehoben als {file}' },
  oldKeyStays: {
    en: 'the old one stays where it is ({code})',
    de: 'der alte bleibt, wo er ist ({code})',
  },
  keyringRefused: {
    en: "the keyring did not take this computer's key: {why}",
    de: 'der Schlüsselbund nahm den Schlüssel dieses Computers nicht an: {why}',
  },
  keyringAway: {
    en: "this computer's key is locked in the system's keyring, which is not here now: a second key is used until it is",
    de: 'der Schlüssel dieses Computers liegt im Schlüsselbund des Systems, der gerade nicht da ist: Bis dahin wird ein zweiter benutzt',
  },

  alreadyRunning: {
    en: 'Offpeak is already running with the folder {folder}.',
    de: 'Offpeak läuft schon mit dem Ordner {folder}.',
  },
  folderUnusable: {
    en: 'The folder {folder} cannot be used: {why}',
    de: 'Der Ordner {folder} lässt sich nicht benutzen: {why}',
  },
} as const satisfies Catalog;
