import type {
  LlamaContextSequence,
  LlamaGrammarEvaluationState,
  LlamaModel,
  Token,
} from 'node-llama-cpp';
import type { Fault, LlmJob } from '../../src-shared/job.ts';
import type { LlmResult, LlmSpec } from '../../src-shared/llm.ts';
import { RESULT } from '../../src-shared/outputs.ts';
import type { RunnerEvent } from '../../src-shared/runner-protocol.ts';
import type { StartCommand } from '../work/contents.ts';
import { type Failure, failure, isFailure, isPoison } from '../work/device.ts';
import { type Probe, packAnswer, unpackAnswer } from './checkpoint.ts';
import { openDrawing, openGrammar, pastTokens, resumable } from './draw.ts';
import type { Gate } from './gate.ts';
import { type Prompt, readPrompt } from './prompt.ts';
import type { Report } from './report.ts';
import type { Seat } from './seat.ts';
import { stopWatch } from './stop.ts';

type LlmSeat = Extract<Seat, { use: 'llm' }>;
type Pieces = {
  readonly start: StartCommand;
  readonly job: LlmJob;
  readonly seat: LlmSeat;
  readonly gate: Gate;
  readonly report: Report;
  readonly yielding: AbortSignal;
  readonly log: (line: string) => void;
};

/** Draws an answer token by token, from its first or from a checkpoint, until it ends or is asked to yield. */
export async function answer(pieces: Pieces): Promise<RunnerEvent | Failure> {
  const { job, seat } = pieces;
  const { spec } = job;
  const prompt = promptOf(seat, job);
  if (isFailure(prompt)) return prompt;
  const room = spec.context - 1 - prompt.tokens.length;
  if (spec.maxTokens > room)
    return failure(
      'bad-spec',
      `the prompt has ${prompt.tokens.length} tokens, which leaves ${Math.max(0, room)} of the ${spec.maxTokens} that the answer may have`,
    );
  const begun = await beginning(pieces, prompt);
  if (isFailure(begun)) return begun;
  const { tokens, probes, grammar } = begun;
  const sequence = seat.context.getSequence();
  const last = await prefill(pieces, sequence, [...prompt.tokens, ...tokens]);
  if (isFailure(last)) return last;
  const drawing = openDrawing(sequence, spec, grammar, last);
  const end = await draw(pieces, prompt, drawing, tokens, probes);
  // Where llama.cpp does not answer, letting go of the sequence would wait for it; the process ends anyway.
  if (isFailure(end) && isPoison(end.because)) return end;
  await drawing.close();
  await sequence.dispose();
  return end;
}

/** What an answer goes on from, and its grammar past that. */
type Beginning = {
  readonly tokens: Token[];
  readonly probes: Probe[];
  readonly grammar: LlamaGrammarEvaluationState | null;
};

/** From its checkpoint; from nothing where that is rubbish, for a stranger's rubbish must not end the job. */
async function beginning(
  { start: { resume }, job: { id, spec }, seat, log }: Pieces,
  prompt: Prompt,
): Promise<Beginning | Failure> {
  const { llama, model, vocabulary } = seat;
  let grammar: Beginning['grammar'];
  try {
    grammar = await openGrammar(llama, model, spec.output);
  } catch (error) {
    return failure('bad-spec', `llama.cpp cannot use the grammar: ${wordsOf(error)}`);
  }
  const nothing: Beginning = { tokens: [], probes: [], grammar };
  if (!resume) return nothing;
  const anew = (why: string): Beginning => {
    log(`the checkpoint of ${id} is rubbish, so it begins anew: ${why}`);
    return nothing;
  };
  const isEnd = endOf(model, prompt);
  // The library's type is a number that came from it. A grammar that is given an end too soon ends the process.
  const mayBe = (token: number) => token < vocabulary && !isEnd(token as Token);
  const before = unpackAnswer(spec, resume, mayBe);
  if (typeof before === 'string') return anew(before);
  const from = resumable(spec, before.tokens.length);
  const tokens = before.tokens.slice(0, from) as Token[];
  const probes = before.probes.filter(({ at }) => at < from);
  try {
    return { tokens, probes, grammar: grammar && pastTokens(llama, grammar, tokens) };
  } catch (error) {
    return anew(`the grammar refuses it: ${wordsOf(error)}`);
  }
}

/** Whether a token ends an answer. */
const endOf =
  (model: LlamaModel, { endTokens }: Prompt) =>
  (token: Token) =>
    model.isEogToken(token) || endTokens.has(token);

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
  { job: { id: job, spec }, seat, gate, report, yielding }: Pieces,
  prompt: Prompt,
  drawing: ReturnType<typeof openDrawing>,
  tokens: Token[],
  probes: Probe[],
): Promise<RunnerEvent | Failure> {
  const stop = stopWatch(seat.model, prompt.tokens, [...spec.stop, ...prompt.endTexts]);
  const wanted = new Set(spec.probes);
  const isEnd = endOf(seat.model, prompt);
  const pack = () => packAnswer({ tokens, probes }, resumable(spec, tokens.length));
  const blame = (thrown: string) => blameFor(thrown, spec);
  let cut: string | null = null;
  let finish: LlmResult['finish'] | null = null;
  report.reached(tokens.length, true);

  while (finish === null && tokens.length < spec.maxTokens) {
    const position = tokens.length;
    const drawn = await gate.run(yielding, report.alive, () =>
      report.timed(
        async () =>
          wanted.has(position)
            ? drawing.probe(position)
            : { probe: null, token: await drawing.next(position) },
        blame,
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

/** What node-llama-cpp says where no token could be drawn, though the model was evaluated. */
const NOT_DRAWN = /sampl|grammar|acceptToken/i;
const DRAWS_NOTHING = 'This model does not support token generation';

/** Whose fault it is that llama.cpp drew no token: a grammar can come to where nothing may follow. */
const blameFor = (thrown: string, { output }: LlmSpec): Fault =>
  thrown === DRAWS_NOTHING || (output.kind !== 'text' && NOT_DRAWN.test(thrown))
    ? 'bad-spec'
    : 'device-lost';

const wordsOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);
