import type { Catalog } from '../language/language.ts';

/** Why a card is left alone, or works slowly. */
export const holdWords = {
  aGame: { en: 'A game', de: 'Ein Spiel' },
  game: {
    en: '{title} is running. Resumes when you quit.',
    de: '{title} läuft. Geht nach dem Beenden weiter.',
  },
  nothingToDo: { en: 'Nothing to do', de: 'Nichts zu tun' },
  noNetwork: {
    en: 'All networks are switched off.',
    de: 'Alle Netzwerke sind ausgeschaltet.',
  },
  noNetworkShort: { en: 'No network on', de: 'Kein Netzwerk an' },
  battery: {
    en: 'On battery. Resumes when plugged in.',
    de: 'Akkubetrieb. Weiter am Netzteil.',
  },
  batteryShort: { en: 'On battery', de: 'Akkubetrieb' },
  anotherProgram: { en: 'Another program', de: 'Ein anderes Programm' },
  program: {
    en: '{title} is using the GPU ({load}). Resumes when it’s free.',
    de: '{title} nutzt die GPU ({load}). Geht weiter, wenn sie frei ist.',
  },
  memory: {
    en: '{title} needs the graphics memory. Resumes when there is room.',
    de: '{title} braucht den Grafikspeicher. Geht weiter, wenn Platz ist.',
  },
  scheduleToday: {
    en: 'Outside your schedule. Resumes today at {until}.',
    de: 'Außerhalb deines Plans. Weiter heute um {until}.',
  },
  schedule: {
    en: 'Outside your schedule. Resumes {until}.',
    de: 'Außerhalb deines Plans. Weiter ab {until}.',
  },
  scheduleNever: {
    en: 'Outside your schedule. No hour of your week is shared.',
    de: 'Außerhalb deines Plans. Keine Stunde deiner Woche ist frei.',
  },
  scheduleShort: { en: 'Outside your schedule', de: 'Außerhalb deines Plans' },
  metered: {
    en: 'Metered network. Resumes on an unmetered one.',
    de: 'Getaktetes Netz. Weiter ohne Taktung.',
  },
  meteredShort: { en: 'Metered network', de: 'Getaktetes Netz' },
  dear: {
    en: 'Power costs more than jobs pay until {until}.',
    de: 'Strom kostet bis {until} mehr, als Aufträge bringen.',
  },
  dearAlways: {
    en: 'Power costs more than jobs pay, at every hour of your tariff.',
    de: 'Strom kostet mehr, als Aufträge bringen, zu jeder Stunde deines Tarifs.',
  },
  dearShort: { en: 'Power too dear', de: 'Strom zu teuer' },
  cardOff: { en: 'You don’t share this GPU.', de: 'Du teilst diese GPU nicht.' },
  cardOffShort: { en: 'Not shared', de: 'Nicht geteilt' },
  leaving: {
    en: 'This PC is going to sleep or shutting down.',
    de: 'Dieser PC geht schlafen oder fährt herunter.',
  },
  leavingShort: { en: 'PC goes to sleep', de: 'PC geht schlafen' },

  tooHot: { en: 'Too hot, stopped', de: 'Zu heiß, gestoppt' },
  tooHotTag: { en: 'Too hot', de: 'Zu heiß' },
  tooHotShort: { en: 'Stopped at {temperature}', de: 'Bei {temperature} gestoppt' },
  reached: {
    en: 'GPU reached {temperature}; your limit is {limit}.',
    de: 'GPU hat {temperature} erreicht; dein Limit ist {limit}.',
  },
  reachedInside: {
    en: 'The hottest spot of the GPU reached {temperature}.',
    de: 'Die heißeste Stelle der GPU hat {temperature} erreicht.',
  },
  resumesBelow: {
    en: 'Resumes below {temperature}. Check the airflow.',
    de: 'Weiter unter {temperature}. Bitte Belüftung prüfen.',
  },

  inUse: {
    en: 'You’re using this PC. Starts after {length} away.',
    de: 'Du benutzt den PC. Startet nach {length} Abwesenheit.',
  },
  inUseAtOnce: {
    en: 'You’re using this PC. Starts as soon as you’re away.',
    de: 'Du benutzt den PC. Startet, sobald du weg bist.',
  },
  inUseShort: { en: 'PC in use', de: 'PC wird benutzt' },
  ready: {
    en: 'Ready. Your first job starts after {length} away.',
    de: 'Bereit. Startet nach {length} Abwesenheit.',
  },
  readyAtOnce: {
    en: 'Ready. Your first job starts as soon as you’re away.',
    de: 'Bereit. Startet, sobald du weg bist.',
  },
  readyShort: { en: 'Ready', de: 'Bereit' },
  lost: { en: 'GPU stopped responding', de: 'GPU reagiert nicht' },
  lostWhy: {
    en: 'Its driver no longer answers. Sharing stays stopped until it works again.',
    de: 'Der Treiber antwortet nicht mehr. Teilen bleibt gestoppt, bis er wieder läuft.',
  },
  lostShort: { en: 'Not responding', de: 'Reagiert nicht' },
  firstLook: { en: 'Taking a first look at the GPU.', de: 'GPU wird geprüft.' },
  firstLookShort: { en: 'Checking GPU', de: 'Prüft GPU' },

  slowedByHeat: {
    en: '{card} is close to your {limit} limit, so work is slowed to {share}.',
    de: '{card} ist nah an deinem Limit von {limit}; die Arbeit ist auf {share} gedrosselt.',
  },
  slowedByPower: {
    en: '{card} keeps to your {limit} limit by pauses: work is slowed to {share}.',
    de: '{card} hält dein Limit von {limit} durch Pausen: Die Arbeit ist auf {share} gedrosselt.',
  },
  slowedBySomePower: {
    en: '{card} keeps to your power limit by pauses: work is slowed to {share}.',
    de: '{card} hält dein Leistungslimit durch Pausen: Die Arbeit ist auf {share} gedrosselt.',
  },
  slowedForQuiet: {
    en: 'Quiet hours until {until}, so work is slowed to {share}.',
    de: 'Ruhezeit bis {until}; die Arbeit ist auf {share} gedrosselt.',
  },
  slowedForSomeQuiet: {
    en: 'These are quiet hours, so work is slowed to {share}.',
    de: 'Jetzt ist Ruhezeit; die Arbeit ist auf {share} gedrosselt.',
  },
  hot: { en: 'Hot', de: 'Heiß' },
  hotShort: { en: 'Slowed to {share}', de: 'Auf {share} gedrosselt' },
  skipped: {
    en: 'You skipped this job. It is being given back.',
    de: 'Du hast diesen Auftrag übersprungen. Er wird zurückgegeben.',
  },
  skippedShort: { en: 'Job skipped', de: 'Auftrag übersprungen' },
} as const satisfies Catalog;
