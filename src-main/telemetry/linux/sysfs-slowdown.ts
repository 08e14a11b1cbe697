import { join } from 'node:path';
import type { Reading } from '../../../src-shared/gpu.ts';
import type { KernelFile, KernelFiles } from './kernel-file.ts';

type Slowdown = Reading['slowedBy'];

/**
 * gpu_metrics_v1_3 of amdgpu, in every discrete card since RDNA with a kernel since 5.14 (kgd_pp_interface.h, amdgpu_smu.h):
 * its head says size, format and content; a card's independent throttle bits, 8 bytes, are its last member.
 */
const METRICS = { size: 120, format: 1, content: 3, throttlersAt: 112 } as const;
/** SMU_THROTTLER_*: power (PPT, ...) and current (TDC, EDC) are in the first half, heat in the second. */
const POWER = 0x00ff_00ff;
/** Every temperature from GPU to LIQUID1 (32 to 43), VRHOT (44, 45) and PROCHOT (46, 47), less 32. */
const HEAT = 0x0000_ffff;

/** Why a card of amdgpu runs slower than it could. Exported for tests. */
export function slowedByMetrics(metrics: Buffer | null): Slowdown {
  if (metrics === null || metrics.length < METRICS.size) return [];
  const [format, content] = [metrics[2], metrics[3]];
  if (format !== METRICS.format || content !== METRICS.content) return [];
  const low = metrics.readUInt32LE(METRICS.throttlersAt);
  const high = metrics.readUInt32LE(METRICS.throttlersAt + 4);
  // A driver that does not know says so with all bits set.
  if (low === 0xffff_ffff && high === 0xffff_ffff) return [];
  return named({
    power: (low & POWER) !== 0,
    heat: (high & HEAT) !== 0,
    other: (low & ~POWER) !== 0 || (high & ~HEAT) !== 0,
  });
}

/** What i915 calls the causes, in the folder of the card's first engine block (ABI/testing/sysfs-driver-intel-i915). */
const INTEL = {
  power: ['pl1', 'pl2', 'pl4', 'ratl', 'vr_tdc'],
  heat: ['thermal', 'prochot', 'vr_thermalert'],
} as const;

/** Asks a card why it runs slower than it could; empty where it does not, and where its driver does not say. */
export function openSlowdown(files: KernelFiles, folder: string): () => Slowdown {
  const metrics = files.file(join(folder, 'device', 'gpu_metrics'));
  const reason = (name: string) => files.file(join(folder, 'gt/gt0', `throttle_reason_${name}`));
  const status = reason('status');
  const power = INTEL.power.map(reason);
  const heat = INTEL.heat.map(reason);
  const any = (causes: readonly KernelFile[]) => causes.some((cause) => cause.number() === 1);
  return () => {
    const slowed = status.number();
    if (slowed === null) return slowedByMetrics(metrics.bytes());
    if (slowed === 0) return [];
    const by = { power: any(power), heat: any(heat) };
    return named({ ...by, other: !by.power && !by.heat });
  };
}

const named = (by: Readonly<Record<Slowdown[number], boolean>>): Slowdown =>
  (['power', 'heat', 'other'] as const).filter((cause) => by[cause]);
