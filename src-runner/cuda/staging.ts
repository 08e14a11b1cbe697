import { mebibytes } from '../../src-shared/units.ts';
import { CUDA_SUCCESS, type CudaDriver, type Handle, word } from './driver.ts';
import { settled, turn } from './wait.ts';

/** Bytes that one copy moves: a fraction of a millisecond, large enough that starting a copy costs nothing beside it. */
const CHUNK = mebibytes(1);
/** Copies under way at once: while we sleep for a timer's millisecond or do something else, the card has work. */
const TRAYS = 8;
/** CU_EVENT_DISABLE_TIMING. */
const UNTIMED = 2;

/** Memory that the card reaches by itself, and the event that says when it is done with it. */
type Tray = { readonly memory: Handle; readonly event: Handle };

/** Copies between arrays of ours and the card, in chunks through pinned memory, in order with the stream's kernels. */
export type Staging = {
  /**
   * Returns the driver's answer once the last chunk is on its way, or `stopped` where `until` was aborted. A kernel in
   * the same stream sees all of it.
   */
  readonly upload: (
    to: Handle,
    bytes: Uint8Array,
    until: AbortSignal,
  ) => Promise<number | 'stopped'>;
  /** Fills `bytes` from the card; returns the driver's answer. Waits for the kernels before it. */
  readonly download: (bytes: Uint8Array, from: Handle) => Promise<number>;
};

/** Takes the pinned memory, which is kept as long as the process. Returns the driver's error where events fail. */
export function openStaging(driver: CudaDriver, stream: Handle): Staging | number {
  const trays: Tray[] = [];
  const out = new BigUint64Array(1);
  for (let i = 0; i < TRAYS; i += 1) {
    const code = driver.eventCreate(out, UNTIMED);
    if (code !== CUDA_SUCCESS) return code;
    trays.push({ event: out[0] ?? 0n, memory: pinned(driver) });
  }
  const at = (i: number): Tray => {
    const tray = trays[i % TRAYS];
    if (!tray) throw new RangeError(`there is no tray ${i}`);
    return tray;
  };
  /** An event that was never recorded counts as over. */
  const free = ({ event }: Tray) => settled(() => driver.eventQuery(word(event)), 0);

  return {
    async upload(to, bytes, until) {
      for (const [i, chunk] of chunksOf(bytes).entries()) {
        if (until.aborted) return 'stopped';
        const tray = at(i);
        let code = await free(tray);
        if (code !== CUDA_SUCCESS) return code;
        driver.copyIn(tray.memory, chunk);
        code = driver.toDevice(to + BigInt(i * CHUNK), tray.memory, chunk.length, stream);
        if (code === CUDA_SUCCESS) code = driver.eventRecord(tray.event, stream);
        if (code !== CUDA_SUCCESS) return code;
        if (chunk.length === CHUNK) await turn();
      }
      return CUDA_SUCCESS;
    },
    async download(bytes, from) {
      const chunks = chunksOf(bytes);
      const fetch = (i: number): number => {
        const chunk = chunks[i];
        if (!chunk) return CUDA_SUCCESS;
        const { memory, event } = at(i);
        const code = driver.toHost(memory, from + BigInt(i * CHUNK), chunk.length, stream);
        return code === CUDA_SUCCESS ? driver.eventRecord(event, stream) : code;
      };
      for (let i = 0; i < TRAYS; i += 1) {
        const code = fetch(i);
        if (code !== CUDA_SUCCESS) return code;
      }
      for (const [i, chunk] of chunks.entries()) {
        const tray = at(i);
        let code = await free(tray);
        if (code !== CUDA_SUCCESS) return code;
        driver.copyOut(chunk, tray.memory);
        code = fetch(i + TRAYS);
        if (code !== CUDA_SUCCESS) return code;
        if (chunk.length === CHUNK) await turn();
      }
      return CUDA_SUCCESS;
    },
  };
}

/** Pinned memory, or where the system gives none, plain memory: the driver then copies within the call, chunk by chunk. */
function pinned(driver: CudaDriver): Handle {
  const out = new BigUint64Array(1);
  if (driver.hostAlloc(out, CHUNK, 0) === CUDA_SUCCESS) return out[0] ?? 0n;
  const plain = new ArrayBuffer(CHUNK);
  kept.push(plain);
  return driver.address(plain);
}

/** An ArrayBuffer's memory never moves, and lives as long as somebody here knows it. */
const kept: ArrayBuffer[] = [];

const chunksOf = (bytes: Uint8Array): Uint8Array[] =>
  Array.from({ length: Math.ceil(bytes.length / CHUNK) }, (_, i) =>
    bytes.subarray(i * CHUNK, (i + 1) * CHUNK),
  );
