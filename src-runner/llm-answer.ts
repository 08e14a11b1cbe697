import type { LlamaContextSequence, Token } from 'node-llama-cpp';
import type { LlmJob } from '../src-shared/job.ts';
import type { LlmResult } from '../src-shared/llm.ts';
import { RESULT } from '../src-shared/outputs.ts';
import type { RunnerEvent } from '../src-shared/runner-protocol.ts';
import type { StartCommand } from './contents.ts';
import { type Failure, failure, isFailure } from './device.ts';
import { type Drawn, type Probe, packAnswer, unpackAnswer } from './llm-checkpoint.ts';
import { openDrawing, openGrammar, resumable } from './llm-draw.ts';
import type { Gate } from './llm-gate.ts';
import { type Prompt, readPrompt } from './llm-prompt.ts';
import type { Report } from './llm-report.ts';
import type { Seat } from './llm-seat.ts';
import { stopWatch } from './llm-stop.ts';

type LlmSeat = Extract<Seat, { use: 'llm' }>;
type Pieces = {
  readonly start: StartCommand;
  readonly job: LlmJob;
  readonly seat: LlmSeat;
  readonly gate: Gate;
  readonly report: Report;
  readonly yielding: AbortSignal;
};

/** Draws an answer token by token, from its first or from a checkpoint, until it ends or is asked to yield. */
export async function answer(pieces: Pieces): Promise<RunnerEvent | Failure> {
  const { start, job, seat } = pieces;
  const { spec } = job;
  const { model } = seat;
  const prompt = promptOf(seat, job);
  if (isFailure(prompt)) return prompt;
  const room = spec.context - 1 - prompt.tokens.length;
  if (spec.maxTokens > room)
    return failure(
      'bad-spec',
      `the prompt has ${prompt.tokens.length} tokens, which leaves ${Math.max(0, room)} of the ${spec.maxTokens} that the answer may have`,
    );
  const before: Drawn | Failure = start.resume
    ? unpackAnswer(spec, start.resume, seat.vocabulary)
    : { tokens: [], probes: [] };
  if (isFailure(before)) return before;
  const from = resumable(spec, before.tokens.length);
  // Checked against the vocabulary: the library's type is a number that came from it.
  const tokens = before.tokens.slice(0, from) as Token[];
  const probes = before.probes.filter(({ at }) => at < from);
  let grammar: Awaited<ReturnType<typeof openGrammar>>;
  try {
    grammar = await openGrammar(seat.llama, model, spec.output, tokens);
  } catch (error) {
    return failure('bad-spec', `llama.cpp cannot use the grammar: ${wordsOf(error)}`);
  }
  const sequence = seat.context.getSequence();
  const last = await prefill(pieces, sequence, [...prompt.tokens, ...tokens]);
  // Where llama.cpp does not answer, letting go of the sequence would wait for it; the process ends anyway.
  if (isFailure(last)) return last;
  const drawing = openDrawing(sequence, spec, grammar, last);
  const end = await draw(pieces, prompt, drawing, tokens, probes);
  if (isFailure(end)) return end;
  await drawing.close();
  await sequence.dispose();
  return end;
}

function promptOf({ model }: LlmSeat, { spec }: LlmJob): Prompt | Failure {
  try {
    const prompt = readPrompt(model, spec.input);
    return prompt.tokens.length > 0 ? prompt : failure('bad-spec', 'the prompt is empty');
  } catch (error) {
    return failure('bad-spec', `the messages do not fit the model's template: ${wordsOf(error)}`);
  }
}

/** Reads the prompt in pieces, so that whoever wants the machine back never waits for all of it. Returns the last one. */
async function prefill(
  { seat, gate, report, yielding }: Pieces,
  sequence: LlamaContextSequence,
  tokens: Token[],
): Promise<Token[] | Failure> {
  const pieces = Math.ceil(tokens.length / seat.batch);
  for (let i = 0; i < pieces - 1; i += 1) {
    const piece = tokens.slice(i * seat.batch, (i + 1) * seat.batch);
    const read = await gate.run(yielding, report.alive, () =>
      report.timed(() => sequence.evaluateWithoutGeneratingNewTokens(piece)),
    );
    report.alive();
    if (read === null) break;
    if (read.value && isFailure(read.value)) return read.value;
  }
  return tokens.slice((pieces - 1) * seat.batch);
}

async function draw(
  { job: { id: job, spec }, seat, gate, report, yielding, start: _ }: Pieces,
  prompt: Prompt,
  drawing: ReturnType<typeof openDrawing>,
  tokens: Token[],
  probes: Probe[],
): Promise<RunnerEvent | Failure> {
  const stop = stopWatch(seat.model, prompt.tokens, [...spec.stop, ...prompt.endTexts]);
  const wanted = new Set(spec.probes);
  const isEnd = (token: Token) => seat.model.isEogToken(token) || prompt.endTokens.has(token);
  const pack = () => packAnswer({ tokens, probes }, resumable(spec, tokens.length));
  let cut: string | null = null;
  let finish: LlmResult['finish'] | null = null;
  report.reached(tokens.length, true);

  while (finish === null && tokens.length < spec.maxTokens) {
    const position = tokens.length;
    const drawn = await gate.run(yielding, report.alive, () =>
      report.timed(async () =>
        wanted.has(position)
          ? drawing.probe(position)
          : { probe: null, token: await drawing.next(position) },
      ),
    );
    if (drawn === null) {
      const step = resumable(spec, tokens.length);
      return { kind: 'yielded', job, step, buffers: pack() };
    }
    if ('kind' in drawn.value) return drawn.value;
    const { token, probe } = drawn.value;
    if (isEnd(token)) {
      finish = 'end';
      break;
    }
    tokens.push(token);
    if (probe) probes.push(probe);
    cut = stop.check(tokens);
    if (cut !== null) finish = 'stop';
    report.reached(tokens.length, false);
    report.save(resumable(spec, tokens.length), pack);
  }

  const result: LlmResult = {
    text: cut ?? stop.textOf(tokens),
    tokens,
    finish: finish ?? 'length',
    promptTokens: prompt.tokens.length,
    probes,
  };
  report.reached(tokens.length, true);
  return {
    kind: 'done',
    job,
    outputs: { [RESULT]: new TextEncoder().encode(JSON.stringify(result)) },
    activeFor: report.activeFor(),
  };
}

const wordsOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);
