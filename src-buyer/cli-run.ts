import { parseArgs } from 'node:util';
import { z } from 'zod';
import type { Place } from '../src-disk/data-folder.ts';
import { findExchange } from '../src-disk/running-exchange.ts';
import { ExchangeStatus } from '../src-shared/buyer-protocol.ts';
import { addModel, listModels, removeModel } from './cli-models.ts';
import { modelLine, NOT_RUNNING, progressLine, statusText, USAGE } from './cli-text.ts';
import { collect, type Shop, submit, waitFor } from './client.ts';
import { readJobFile } from './job-plan.ts';

/** The world as the command line sees it. */
export type Terminal = Readonly<{
  place: Place;
  /** One finished line. */
  out: (line: string) => void;
  err: (line: string) => void;
  /** Replaces the line that is being written; null where output is not a terminal. */
  redraw: ((line: string) => void) | null;
  signal: AbortSignal;
}>;

/** 0: done. 1: something went wrong. 2: the command makes no sense. */
type ExitCode = 0 | 1 | 2;

const OPTIONS = {
  wait: { type: 'boolean', default: false },
  out: { type: 'string' },
  exchange: { type: 'string' },
  token: { type: 'string' },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

const parse = (argv: readonly string[]) =>
  parseArgs({ args: [...argv], options: OPTIONS, allowPositionals: true, strict: true });
type Values = ReturnType<typeof parse>['values'];

const wrong = (terminal: Terminal, line: string): ExitCode => {
  terminal.err(line);
  return 1;
};

async function findShop({ exchange, token }: Values, place: Place): Promise<Shop | null> {
  if (exchange && token) return { url: exchange.replace(/\/+$/, ''), token };
  const running = await findExchange(place);
  return running && { url: running.url, token: running.buyerToken };
}

/** Shows the latest progress: over and over on one line of a terminal, else only what is new. */
function progressShower({ out, redraw }: Terminal) {
  let last = '';
  return (line: string) => {
    if (line === last) return;
    last = line;
    (redraw ?? out)(line);
  };
}

async function submitFile(path: string, values: Values, shop: Shop, terminal: Terminal) {
  const plan = await readJobFile(path);
  if (plan.kind === 'bad-job-file') return wrong(terminal, plan.detail);
  const show = progressShower(terminal);
  const shown = (progress: Parameters<typeof progressLine>[0]) => show(progressLine(progress));
  const submitted = await submit(plan, shop, () => {}, terminal.signal);
  if (submitted.kind === 'trouble') return wrong(terminal, `Not submitted: ${submitted.detail}.`);
  const count = submitted.jobs.length === 1 ? '1 job' : `${submitted.jobs.length} jobs`;
  terminal.out(`Submitted ${plan.title}: ${count}, called ${plan.array}.`);
  if (!values.wait && values.out === undefined) return 0;

  const ended = await waitFor(plan.array, shop, shown, terminal.signal);
  if (terminal.redraw) terminal.out('');
  if (ended.kind === 'trouble') return wrong(terminal, `Stopped waiting: ${ended.detail}.`);
  const failed = ended.jobs.find(({ state }) => state.kind === 'failed');
  if (failed?.state.kind === 'failed')
    return wrong(terminal, `${failed.title} failed: ${failed.state.because}`);
  if (values.out === undefined) {
    terminal.out('Done.');
    return 0;
  }
  const collected = await collect(plan, ended.jobs, shop, values.out);
  if (collected.kind === 'trouble')
    return wrong(terminal, `The results were not written: ${collected.detail}.`);
  terminal.out(`Done. Wrote ${collected.files.join(', ')}.`);
  return 0;
}

async function showStatus(shop: Shop, terminal: Terminal): Promise<ExitCode> {
  let body: unknown;
  try {
    const headers = { authorization: `Bearer ${shop.token}` };
    const response = await fetch(`${shop.url}/v1/status`, { headers, signal: terminal.signal });
    body = await response.json();
  } catch {
    return wrong(terminal, `The exchange at ${shop.url} does not answer.`);
  }
  const status = ExchangeStatus.safeParse(body);
  if (status.success) {
    terminal.out(statusText(status.data));
    return 0;
  }
  const refusal = z.object({ error: z.string() }).safeParse(body);
  const why = refusal.success ? refusal.data.error : 'its answer cannot be read';
  return wrong(terminal, `The exchange at ${shop.url} did not tell: ${why}.`);
}

/** What `offpeak model ...` does; null where there is no such command. */
async function runModels(words: readonly string[], shop: Shop, terminal: Terminal) {
  const [what, which, ...rest] = words;
  const { signal, out, redraw } = terminal;
  if (rest.length > 0) return null;
  if (what === 'add' && which !== undefined) {
    const added = await addModel(which, shop, redraw ?? (() => {}), signal);
    if (redraw) out('');
    if (added.kind === 'trouble') return wrong(terminal, `Not added: ${added.detail}.`);
    out('Added. A job file names it so:');
    for (const model of added.models) out(modelLine(model));
    return 0;
  }
  if (what === 'list' && which === undefined) {
    const found = await listModels(shop, signal);
    if (found.kind === 'trouble') return wrong(terminal, `Not listed: ${found.detail}.`);
    for (const model of found.models) out(modelLine(model));
    if (found.models.length === 0) out('This network lists no models.');
    return 0;
  }
  if (what === 'remove' && which !== undefined) {
    const removed = await removeModel(which, shop, signal);
    if (removed.kind === 'trouble') return wrong(terminal, `Not removed: ${removed.detail}.`);
    out('Removed.');
    return 0;
  }
  return null;
}

/** Runs one command; prints sentences; returns the exit code. */
export async function runCli(argv: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const misuse = (why: string): ExitCode => {
    terminal.err(`${why}\n${USAGE}`);
    return 2;
  };
  let parsed: ReturnType<typeof parse>;
  try {
    parsed = parse(argv);
  } catch (error) {
    return misuse(error instanceof Error ? error.message : String(error));
  }
  const { values, positionals } = parsed;
  const [command, file, ...rest] = positionals;
  if (values.help) {
    terminal.out(USAGE);
    return 0;
  }
  if ((values.exchange === undefined) !== (values.token === undefined))
    return misuse('--exchange and --token belong together.');
  if (values.exchange !== undefined && !URL.canParse(values.exchange))
    return misuse(`--exchange ${values.exchange} is not a URL.`);
  if (command === 'model') {
    const shop = await findShop(values, terminal.place);
    if (!shop) return wrong(terminal, NOT_RUNNING);
    const code = await runModels(positionals.slice(1), shop, terminal);
    return code ?? misuse('There is model add <file>, model list and model remove <sha256>.');
  }
  if (rest.length > 0) return misuse(`Too many words: ${rest.join(' ')}.`);
  switch (command) {
    case 'submit': {
      if (!file) return misuse('Which job file?');
      const shop = await findShop(values, terminal.place);
      return shop ? submitFile(file, values, shop, terminal) : wrong(terminal, NOT_RUNNING);
    }
    case 'status': {
      if (file) return misuse(`Too many words: ${file}.`);
      const shop = await findShop(values, terminal.place);
      return shop ? showStatus(shop, terminal) : wrong(terminal, NOT_RUNNING);
    }
    case undefined:
      return misuse('What should be done?');
  }
  return misuse(`There is no command ${command}.`);
}
