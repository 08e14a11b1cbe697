import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { checkExample } from '../../src-buyer/checkers/check-example.ts';
import { collect, submit, waitFor } from '../../src-buyer/client.ts';
import { readJobFile } from '../../src-buyer/job-plan.ts';
import { unsaved } from '../../src-disk/disk-trouble.ts';
import { openJsonFile } from '../../src-disk/json-file.ts';
import { quote, quoteError, type Said, said } from '../../src-shared/said.ts';
import { ExampleId, type ExampleView } from '../../src-shared/snapshot.ts';

type Progress = ExampleView['progress'];

type Options = {
  /** Where results lie: `<folder>/<example>/`. */
  readonly folder: string;
  /** The example jobs that are shipped along: `<source>/<example>/job.json`. */
  readonly source: string;
  /** Null where the agent works for another network than the built-in one: there it is no buyer. */
  readonly exchange: { readonly url: string; readonly buyerToken: string } | null;
  readonly signal: AbortSignal;
  readonly changed: () => void;
  /** Opens a folder in the system's file manager. */
  readonly showFolder: (folder: string) => void;
};

/** Which array of jobs an example waits for, so that a restart waits on. */
const Order = z.object({ array: z.string(), at: z.number() });

/** Runs the example jobs as any buyer would: submitted to the built-in network, waited for, collected and checked. */
export function openExamples(options: Options) {
  const { folder, source, exchange, signal, changed } = options;
  const shop = exchange && { url: exchange.url, token: exchange.buyerToken };
  const progress = new Map<ExampleId, Progress>(
    ExampleId.options.map((id) => [id, { kind: 'idle' }]),
  );
  const orderPath = (id: ExampleId) => join(folder, `${id}.order.json`);
  /** An order that cannot be read is no order: its jobs finish and are paid all the same. */
  const orderFile = (id: ExampleId) => openJsonFile(orderPath(id), Order);

  const say = (id: ExampleId, next: Progress) => {
    progress.set(id, next);
    changed();
  };

  /** Submitting the same array again changes nothing, so a restart simply says it again. */
  async function follow(id: ExampleId, order: z.infer<typeof Order>): Promise<Progress> {
    const failed = (detail: Said): Progress => ({ kind: 'failed', detail });
    if (!shop) return failed(said('examplesElsewhere'));
    const plan = await readJobFile(join(source, id, 'job.json'), {
      array: order.array,
      now: order.at,
    });
    if (plan.kind === 'bad-job-file') return failed(quote(plan.detail));
    say(id, { kind: 'running', done: 0, of: plan.jobs.length });
    const submitted = await submit(plan, shop, undefined, signal);
    if (submitted.kind === 'trouble') return failed(quote(submitted.detail));
    const ended = await waitFor(
      plan.array,
      shop,
      (p) => {
        if (p.kind === 'running') say(id, { kind: 'running', done: p.done, of: p.of });
      },
      signal,
    );
    if (ended.kind === 'trouble') return failed(quote(ended.detail));
    const results = join(folder, id);
    const collected = await collect(plan, ended.jobs, shop, results);
    if (collected.kind === 'trouble') return failed(quote(collected.detail));
    const { ok, verdict } = await checkExample(id, join(source, id), results);
    return ok ? { kind: 'done', folder: results, verdict } : failed(verdict);
  }

  function begin(id: ExampleId, order: z.infer<typeof Order>): void {
    void follow(id, order)
      .catch((error: unknown): Progress => ({ kind: 'failed', detail: quoteError(error) }))
      .then((end) => {
        if (signal.aborted) return; // It is waited for again after the next start.
        rmSync(orderPath(id), { force: true });
        say(id, end);
      });
  }

  for (const id of ExampleId.options) {
    const order = orderFile(id).value();
    if (order) begin(id, order);
  }

  return {
    views: (): ExampleView[] =>
      ExampleId.options.map((id) => ({ id, progress: progress.get(id) ?? { kind: 'idle' } })),
    /** Submits the example, unless it is running already. */
    run(id: ExampleId): void {
      if (progress.get(id)?.kind === 'running') return;
      const order = { array: `example-${id}-${Date.now().toString(36)}`, at: Date.now() };
      say(id, { kind: 'running', done: 0, of: 1 });
      try {
        mkdirSync(folder, { recursive: true });
        orderFile(id).write(order);
      } catch (error) {
        say(id, { kind: 'failed', detail: unsaved(error, 'theOrder').detail });
        return;
      }
      begin(id, order);
    },
    /** Shows the folder with its results; why not where there are none. */
    show(id: ExampleId): Said | null {
      const results = join(folder, id);
      if (!existsSync(results)) return said('noResults');
      options.showFolder(results);
      return null;
    },
  };
}
export type Examples = ReturnType<typeof openExamples>;
