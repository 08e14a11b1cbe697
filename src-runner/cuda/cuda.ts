import type { Sha256 } from '../../src-shared/blob.ts';
import { bufferBytes, type KernelSpec } from '../../src-shared/kernel.ts';
import { mebibytes } from '../../src-shared/units.ts';
import { type Device, type Failure, failure, isFailure } from '../work/device.ts';
import { type CudaCard, type CudaSlot, openCard } from './card.ts';
import { CUDA_SUCCESS } from './driver.ts';
import { cudaFailure } from './fault.ts';
import { loadCudaJob } from './job.ts';
import { type CudaProgram, checkLaunch, loadProgram } from './program.ts';

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

  /** Unloads the warm programs that were not used lately, all but `most` of them. */
  function cool(most: number, spared: Sha256): boolean {
    const before = warm.size;
    for (const [sha256, { module }] of warm) {
      if (warm.size <= most) break;
      if (sha256 === spared) continue;
      driver.moduleUnload(module);
      warm.delete(sha256);
    }
    return warm.size < before;
  }

  const load: Device['load'] = async ({ spec, vram, program, contents }, until) => {
    const { sha256 } = program;
    let room = roomOn(card);
    if (typeof room !== 'number') return room;
    // What its buffers leave of the memory that the job said it takes is for its program.
    const own = vram - bufferBytes(spec);
    const loaded = warm.get(sha256) ?? loadProgram(card, program, { own, room });
    if (isFailure(loaded)) return loaded;
    const unload = () => void driver.moduleUnload(loaded.module);
    // What a kernel wrote to its variables would be there for the next job: nobody's business, and in no checkpoint. So
    // what is warm has none, and takes no memory that a job must have asked for.
    const fleeting = loaded.ptx.keeps;
    if (!fleeting) {
      // Map keeps the order of insertion: putting it in again makes it the latest.
      warm.delete(sha256);
      warm.set(sha256, loaded);
      cool(WARM_PROGRAMS, sha256);
    }
    // Compiled programs and their variables take some of it.
    room = roomOn(card);
    const job =
      typeof room !== 'number'
        ? room
        : (checkLaunches(card, loaded, spec, room) ??
          checkMemory(spec, room) ??
          (await loadCudaJob(card, loaded.functions, { spec, contents, until })));
    if (!fleeting) return job;
    if (job === 'stopped' || isFailure(job)) {
      unload();
      return job;
    }
    const close = () => {
      job.close();
      unload();
    };
    return { ...job, close };
  };

  return {
    name: card.name,
    async load(work, until) {
      const job = await load(work, until);
      const full = job !== 'stopped' && isFailure(job) && job.because === 'out-of-memory';
      // Before a job is refused for want of memory, what earlier ones left on the card goes.
      return full && cool(0, work.program.sha256) ? load(work, until) : job;
    },
  };
}

function checkLaunches(
  card: CudaCard,
  program: CudaProgram,
  { stages }: KernelSpec,
  room: number,
): Failure | null {
  for (const { launches } of stages)
    for (const launch of launches) {
      const trouble = checkLaunch(card, program, launch, room);
      if (trouble) return trouble;
    }
  return null;
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
