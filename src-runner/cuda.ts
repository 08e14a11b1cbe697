import type { Sha256 } from '../src-shared/blob.ts';
import { bufferBytes, type KernelSpec } from '../src-shared/kernel.ts';
import { mebibytes } from '../src-shared/units.ts';
import { type CudaCard, type CudaSlot, openCard } from './cuda-card.ts';
import { CUDA_SUCCESS } from './cuda-driver.ts';
import { cudaFailure } from './cuda-fault.ts';
import { loadCudaJob } from './cuda-job.ts';
import { type CudaProgram, checkLaunch, loadProgram } from './cuda-program.ts';
import { type Device, type Failure, failure, isFailure } from './device.ts';

/** Left free on the card: its owner's screen must always get the next few windows it asks for. */
const VRAM_RESERVE = mebibytes(64);
/** The allocator gives whole pieces of this size. */
const VRAM_GRAIN = 512;
/** Programs kept loaded after their job: a network sends runs of jobs with one program. */
const WARM_PROGRAMS = 4;

/** Opens a card through the NVIDIA driver. Its context stays warm as long as the process. */
export async function openCuda(slot: CudaSlot): Promise<Device | Failure> {
  const card = await openCard(slot);
  if (isFailure(card)) return card;
  const { driver } = card;
  const warm = new Map<Sha256, CudaProgram>();
  return {
    name: card.name,
    async load({ spec, vram, program, contents }, until) {
      let room = roomOn(card);
      if (typeof room !== 'number') return room;
      // What its buffers leave of the memory that the job said it takes is for its program.
      const own = vram - bufferBytes(spec);
      const loaded = warm.get(program.sha256) ?? loadProgram(card, program, { own, room });
      if (isFailure(loaded)) return loaded;
      // Map keeps the order of insertion: putting it in again makes it the latest.
      warm.delete(program.sha256);
      warm.set(program.sha256, loaded);
      for (const [sha256, { module }] of warm) {
        if (warm.size <= WARM_PROGRAMS) break;
        driver.moduleUnload(module);
        warm.delete(sha256);
      }
      // Compiled programs and their variables take some of it.
      room = roomOn(card);
      if (typeof room !== 'number') return room;
      for (const { launches } of spec.stages)
        for (const launch of launches) {
          const trouble = checkLaunch(card, loaded, launch, room);
          if (trouble) return trouble;
        }
      return (
        checkMemory(spec, room) ?? loadCudaJob(card, loaded.functions, { spec, contents, until })
      );
    },
  };
}

/** Bytes of the card's memory that a job can have now. */
function roomOn({ driver }: CudaCard): number | Failure {
  const free = new BigUint64Array(1);
  const total = new BigUint64Array(1);
  const code = driver.memInfo(free, total);
  if (code !== CUDA_SUCCESS) return cudaFailure(driver, code, 'the card does not say what is free');
  return Math.max(0, Number(free[0] ?? 0n) - VRAM_RESERVE);
}

function checkMemory({ buffers }: KernelSpec, room: number): Failure | null {
  const wanted = Object.values(buffers).reduce(
    (sum, { size }) => sum + Math.ceil(size / VRAM_GRAIN) * VRAM_GRAIN,
    0,
  );
  return wanted > room
    ? failure(
        'out-of-memory',
        `the buffers need ${wanted} bytes of video memory, ${room} can be had`,
      )
    : null;
}
