import { cpus } from 'node:os';
import type { Llama, LlamaContext, LlamaEmbeddingContext, LlamaModel } from 'node-llama-cpp';
import { getLlama, LlamaLogLevel } from 'node-llama-cpp';
import type { Sha256 } from '../../src-shared/blob.ts';
import { PREFILL_BATCH } from '../../src-shared/llm.ts';
import type { ModelPlace } from '../../src-shared/runner-protocol.ts';
import { said } from '../../src-shared/said.ts';
import { type Failure, failure, isFailure } from '../work/device.ts';

// A seat is a job's place at a loaded model: its weights, and one sequence of a context that several jobs share. llama.cpp's
// own server says "slot"; here a slot is a span of time in the books, or where a card is plugged in. One model is kept loaded,
// warm for the next job; `leave` gives the seat back and unloads nothing.

/** On the processor a batch this long already takes a moment, and whoever wants the machine back waits for it. */
const CPU_BATCH = 64;
/**
 * More threads than free cores is a catastrophe for llama.cpp's spinning barriers (measured: 0.1 s becomes 180 s), and the
 * owner's programs need some: half of them on the processor, two where a card does the work.
 */
const threadsFor = (gpu: boolean): number => (gpu ? 2 : Math.max(1, Math.floor(cpus().length / 2)));

export type Wanted = {
  readonly sha256: Sha256;
  readonly place: ModelPlace;
  /** Tokens at once. */
  readonly context: number;
  readonly use: 'llm' | 'embed';
};

/** A model in memory with room for a job. `leave`: the job is over. */
export type Seat = {
  readonly llama: Llama;
  readonly model: LlamaModel;
  /** Tokens the model has. */
  readonly vocabulary: number;
  /** Tokens to work on at once while a prompt is read. */
  readonly batch: number;
  readonly leave: () => void;
} & (
  | { readonly use: 'llm'; readonly context: LlamaContext }
  | { readonly use: 'embed'; readonly context: LlamaEmbeddingContext }
);

type Room = { readonly seats: number; readonly size: number } & (
  | { readonly use: 'llm'; readonly context: LlamaContext }
  | { readonly use: 'embed'; readonly context: LlamaEmbeddingContext }
);
type Loaded = { readonly sha256: Sha256; readonly model: LlamaModel; room: Room | null };

/** Keeps one model in memory, warm between jobs, and seats jobs on it. Loads llama.cpp when it is first wanted. */
export function openSeats(log: (line: string) => void) {
  const llamas = new Map<boolean, Promise<Llama>>();
  let loaded: Loaded | null = null;
  let taken = 0;
  /** Seats are given one after the other: two jobs that want the same model wait for one loading. */
  let turn: Promise<unknown> = Promise.resolve();

  function llamaFor(gpu: boolean): Promise<Llama> {
    const known = llamas.get(gpu);
    if (known) return known;
    const opened = getLlama({
      // CUDA where its libraries are, else Vulkan, Metal; on the processor for the software lane.
      gpu: gpu ? 'auto' : false,
      build: 'never',
      skipDownload: true,
      progressLogs: false,
      maxThreads: threadsFor(gpu),
      logLevel: LlamaLogLevel.error,
      logger: (_, line) => log(`llama.cpp: ${line.trim()}`),
    });
    llamas.set(gpu, opened);
    opened.catch(() => llamas.delete(gpu));
    return opened;
  }

  async function open(gpu: boolean): Promise<Llama | Failure> {
    try {
      const llama = await llamaFor(gpu);
      if (!gpu) return llama;
      const names = llama.gpu === false ? [] : await llama.getGpuDeviceNames();
      if (names.length === 1) return llama;
      // It would spread a model over all of them, and the others are not ours to use.
      return names.length === 0
        ? failure('no-device', said('noModelCard'))
        : failure(
            'no-device',
            `llama.cpp would use all of ${names.join(' and ')}, and only one of them is shared`,
          );
    } catch (error) {
      return failure('no-device', said('noModelBinary', { why: wordsOf(error) }));
    }
  }

  async function load(
    llama: Llama,
    { sha256, place }: Wanted,
    alive: () => void,
  ): Promise<Loaded | Failure> {
    if (loaded?.sha256 === sha256) return loaded;
    await loaded?.model.dispose();
    loaded = null;
    try {
      const model = await llama.loadModel({
        modelPath: place.path,
        gpuLayers: place.gpu ? 'max' : 0,
        onLoadProgress: alive,
      });
      log(`loaded model ${sha256} (${model.gpuLayers} layers on a card)`);
      loaded = { sha256, model, room: null };
      return loaded;
    } catch (error) {
      return unable(error, 'the model cannot be loaded');
    }
  }

  async function makeRoom(on: Loaded, wanted: Wanted): Promise<Room | Failure> {
    const { context: size, use, place } = wanted;
    const { room } = on;
    if (room?.use === use && room.size >= size && room.seats >= place.seats) return room;
    if (taken > 0) return failure('runner-lost', 'this runner has no room for that much text now');
    if (size > on.model.trainContextSize)
      return failure(
        'bad-spec',
        `the job wants ${size} tokens of context, the model knows ${on.model.trainContextSize}`,
      );
    await room?.context.dispose();
    on.room = null;
    const threads = threadsFor(place.gpu);
    try {
      on.room =
        use === 'llm'
          ? {
              use,
              size,
              seats: place.seats,
              context: await on.model.createContext({
                contextSize: size,
                sequences: place.seats,
                batchSize: Math.min(size, PREFILL_BATCH),
                threads,
              }),
            }
          : {
              use,
              size,
              seats: place.seats,
              // See `modelOf`: a text is worked on whole.
              context: await on.model.createEmbeddingContext({
                contextSize: size,
                batchSize: size,
                threads,
              }),
            };
      return on.room;
    } catch (error) {
      return unable(error, 'there is no room for the context');
    }
  }

  async function take(wanted: Wanted, alive: () => void): Promise<Seat | Failure> {
    const llama = await open(wanted.place.gpu);
    if (isFailure(llama)) return llama;
    const on = await load(llama, wanted, alive);
    if (isFailure(on)) return on;
    const room = await makeRoom(on, wanted);
    if (isFailure(room)) return room;
    taken += 1;
    let seated = true;
    const leave = () => {
      if (seated) taken -= 1;
      seated = false;
    };
    const batch = wanted.place.gpu ? PREFILL_BATCH : CPU_BATCH;
    const { model } = on;
    const vocabulary = model.fileInfo.metadata.tokenizer.ggml.tokens.length;
    return { llama, model, vocabulary, batch, leave, ...room };
  }

  return {
    /** Loads llama.cpp's libraries, and nothing else: what they need of the disk is read then. */
    loadBinaries: async (gpu: boolean): Promise<void> => void (await llamaFor(gpu)),
    /** A seat for a job, once its model is in memory; `alive`: it is still being loaded. */
    take(wanted: Wanted, alive: () => void): Promise<Seat | Failure> {
      const mine = turn.then(() => take(wanted, alive));
      turn = mine.catch(() => {});
      return mine;
    },
  };
}
export type Seats = ReturnType<typeof openSeats>;

const wordsOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);

/**
 * The file has its digest and its header was read, so this machine is at fault, most likely its memory: llama.cpp does not
 * say. No `no-device`, after which main offers this card for no model at all, and which counts as no delivery: one of a kind
 * that llama.cpp does not know would go from machine to machine for ever.
 */
const unable = (error: unknown, doing: string): Failure =>
  failure('out-of-memory', `${doing}: ${wordsOf(error)}`);
