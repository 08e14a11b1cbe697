import type { JobKind } from '../../src-shared/job-kind.ts';
import type { Catalog, Words } from '../../src-shared/language/language.ts';
import type { RunOutcome } from '../../src-shared/question.ts';

// What stands in the CSV files. A heading says its unit: whoever opens the file has nothing else.

/** How a kind of job is called in tables. */
export const kindsInTables = {
  kernel: { en: 'GPU kernels', de: 'GPU-Kernel' },
  llm: { en: 'Language models', de: 'Sprachmodelle' },
  embed: { en: 'Embeddings', de: 'Embeddings' },
} as const satisfies Readonly<Record<JobKind, Words>>;

/** What became of a job. */
export const outcomesInTables = {
  running: { en: 'Running', de: 'Läuft' },
  claimed: { en: 'Claimed, not yet confirmed', de: 'Angemeldet, noch nicht bestätigt' },
  credited: { en: 'Confirmed', de: 'Bestätigt' },
  voided: { en: 'Rejected', de: 'Abgelehnt' },
  stopped: { en: 'Stopped', de: 'Abgebrochen' },
  failed: { en: 'Failed', de: 'Fehlgeschlagen' },
} as const satisfies Readonly<Record<RunOutcome, Words>>;

/** The table of jobs. */
export const jobsTable = {
  date: { en: 'Date', de: 'Datum' },
  job: { en: 'Job ID', de: 'Job-ID' },
  title: { en: 'Title', de: 'Titel' },
  kind: { en: 'Kind', de: 'Art' },
  network: { en: 'Network', de: 'Netzwerk' },
  gpu: { en: 'GPU', de: 'GPU' },
  start: { en: 'Start', de: 'Beginn' },
  end: { en: 'End', de: 'Ende' },
  time: { en: 'Time (hours)', de: 'Dauer (Stunden)' },
  amount: { en: 'Amount (USD)', de: 'Betrag (USD)' },
  test: { en: 'Test credits (not money)', de: 'Testpunkte (kein Geld)' },
  currency: { en: 'Currency', de: 'Währung' },
  energy: { en: 'Energy (kWh)', de: 'Energie (kWh)' },
  price: { en: 'Electricity price (USD per kWh)', de: 'Strompreis (USD je kWh)' },
  cost: { en: 'Electricity cost (USD)', de: 'Stromkosten (USD)' },
  status: { en: 'Status', de: 'Status' },
  reason: { en: 'Reason', de: 'Grund' },
  receipt: { en: 'Receipt', de: 'Beleg' },
  testCredits: { en: 'test credits', de: 'Testpunkte' },
} as const satisfies Catalog;

/** The table of earnings. */
export const earningsTable = {
  start: { en: 'Start', de: 'Beginn' },
  end: { en: 'End', de: 'Ende' },
  shared: { en: 'Shared (GPU hours)', de: 'Geteilt (GPU-Stunden)' },
  energy: { en: 'Energy (kWh)', de: 'Energie (kWh)' },
  money: { en: '{kind} (USD)', de: '{kind} (USD)' },
  electricity: { en: 'Electricity (USD)', de: 'Strom (USD)' },
  net: { en: 'Net (USD)', de: 'Netto (USD)' },
  currency: { en: 'Currency', de: 'Währung' },
  test: { en: '{kind} (test credits, not money)', de: '{kind} (Testpunkte, kein Geld)' },
} as const satisfies Catalog;
