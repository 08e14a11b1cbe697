import type { EmbedJob, LlmJob } from '../../src-shared/job.ts';
import type { RunnerEvent } from '../../src-shared/runner-protocol.ts';
import type { StartCommand } from '../work/contents.ts';
import { type Failure, failure, isFailure } from '../work/device.ts';
import type { DutyCycle } from '../work/duty-cycle.ts';
import type { Host } from '../work/execution.ts';
import { answer } from './answer.ts';
import { type Gate, openGate } from './gate.ts';
import { openReport } from './report.ts';
import { openSeats } from './seat.ts';
import { embed } from './vectors.ts';

// A program of its own in the build, loaded by the runner when the first model is wanted: node-llama-cpp is large.

/** Runs jobs on models, several of one model at once. */
export type ModelRoom = {
  readonly run: (
    start: StartCommand,
    job: LlmJob | EmbedJob,
    yielding: AbortSignal,
  ) => Promise<RunnerEvent>;
  /** Loads llama.cpp's libraries for a card or the processor, so that no file is opened later but the model's. */
  readonly loadBinaries: (gpu: boolean) => Promise<void>;
};

export function openModelRoom(
  host: Host,
  dutyCycle: DutyCycle,
  log: (line: string) => void,
): ModelRoom {
  const seats = openSeats(log);
  const gate = openGate(dutyCycle, host.clock);
  return {
    loadBinaries: seats.loadBinaries,
    async run(start, job, yielding) {
      const end = await work(start, job, yielding);
      if (!isFailure(end)) return end;
      const { because, detail } = end;
      return { kind: 'failed', job: job.id, because, detail };
    },
  };

  async function work(
    start: StartCommand,
    job: LlmJob | EmbedJob,
    yielding: AbortSignal,
  ): Promise<RunnerEvent | Failure> {
    if (!start.model) return failure('bad-spec', 'the model of the job did not come with it');
    const report = openReport(job.id, start, host);
    const { model, context } = job.spec;
    const wanted = { sha256: model.sha256, place: start.model, context, use: job.kind };
    const seat = await seats.take(wanted, report.alive);
    if (isFailure(seat)) return seat;
    try {
      return await seated(seat, gate);
    } finally {
      seat.leave();
    }

    async function seated(
      seat: Exclude<Awaited<ReturnType<typeof seats.take>>, Failure>,
      gate: Gate,
    ): Promise<RunnerEvent | Failure> {
      const pieces = { start, gate, report, yielding, log };
      if (job.kind === 'llm' && seat.use === 'llm') return answer({ ...pieces, job, seat });
      if (job.kind === 'embed' && seat.use === 'embed') return embed({ ...pieces, job, seat });
      throw new Error(`a ${job.kind} job was given a seat for ${seat.use}`);
    }
  }
}
