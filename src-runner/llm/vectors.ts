import { VECTORS } from '../../src-shared/checkpoint.ts';
import type { EmbedJob } from '../../src-shared/job.ts';
import type { RunnerEvent } from '../../src-shared/runner-protocol.ts';
import type { StartCommand } from '../work/contents.ts';
import { type Failure, failure, isFailure } from '../work/device.ts';
import type { Gate } from './gate.ts';
import type { Report } from './report.ts';
import type { Seat } from './seat.ts';

const F32 = 4;

type Pieces = {
  readonly start: StartCommand;
  readonly job: EmbedJob;
  readonly seat: Extract<Seat, { use: 'embed' }>;
  readonly gate: Gate;
  readonly report: Report;
  readonly yielding: AbortSignal;
  readonly log: (line: string) => void;
};

/** Turns texts into vectors, one after the other, from the first or from a checkpoint. */
export async function embed(pieces: Pieces): Promise<RunnerEvent | Failure> {
  const { start, job, seat, gate, report, yielding, log } = pieces;
  const { texts, context } = job.spec;
  const width = seat.model.embeddingVectorSize * F32;
  const all = new Uint8Array(width * texts.length);
  const view = new DataView(all.buffer);
  let step = 0;
  if (start.resume) {
    const { step: at, buffers } = start.resume;
    const before = Object.hasOwn(buffers, VECTORS) ? buffers[VECTORS] : undefined;
    // A stranger's rubbish must not end the job.
    if (at > texts.length || before?.byteLength !== at * width)
      log(`the checkpoint of ${job.id} does not hold ${at} vectors of the model: it begins anew`);
    else {
      all.set(before);
      step = at;
    }
  }
  const soFar = () => ({ [VECTORS]: all.slice(0, step * width) });
  report.reached(step, true);

  while (step < texts.length) {
    const text = texts[step] ?? '';
    const length = lengthOf(seat, text);
    if (typeof length === 'object') return length;
    if (length >= context)
      return failure('bad-spec', `text ${step} has ${length} tokens, ${context - 1} are allowed`);
    const done = await gate.run(yielding, report.alive, () =>
      report.timed(() => seat.context.getEmbeddingFor(text)),
    );
    if (done === null) return { kind: 'yielded', job: job.id, step, buffers: soFar() };
    if ('kind' in done.value && isFailure(done.value)) return done.value;
    const { vector } = done.value;
    for (const [i, number] of vector.entries())
      view.setFloat32(step * width + i * F32, number, true);
    step += 1;
    report.reached(step, step === texts.length);
    report.save(step, soFar);
  }
  return { kind: 'done', job: job.id, outputs: { [VECTORS]: all }, activeFor: report.activeFor() };
}

function lengthOf({ context }: Pieces['seat'], text: string): number | Failure {
  try {
    return context.calculateInputLength(text);
  } catch (error) {
    return failure('bad-spec', `the model cannot read a text: ${String(error)}`);
  }
}
