import type { GpuProgram } from '../../../src-shared/gpu.ts';
import { bytes, type Millis, seconds } from '../../../src-shared/units.ts';
import { type DrmClient, loadBetween, parseDrmClient } from './drm-client.ts';
import { openDrmFiles } from './drm-files.ts';
import { readText } from './kernel-file.ts';

/** Often enough for a program that keeps a card busy for five seconds; each look costs a list of all processes. */
const LOOK_EVERY: Millis = seconds(2);
const NANOS = 1_000_000;
/** Less than this share of a card is nobody's to notice, or the two counts do not quite agree. */
const UNEXPLAINED = 0.3;

export type DrmPrograms = {
  /**
   * The programs that have a card open, by its slot: as of the last look, which is some seconds old at most. `load`: of the
   * whole card; where they do not explain it, all programs are looked into.
   */
  readonly on: (pci: string, now: Millis, load: number | null) => GpuProgram[];
};

/** Programs on the cards of drivers that tell by open file. Only those of our own user are seen; that needs no rights. */
export function openDrmPrograms(proc: string): DrmPrograms {
  const files = openDrmFiles(proc);
  let lookedAt = Number.NEGATIVE_INFINITY;
  /** By program and open file, as they were at the last look. */
  let clients = new Map<string, DrmClient>();
  let programs: ReadonlyMap<string, readonly GpuProgram[]> = new Map();

  function look(now: Millis): void {
    const ns = (now - lookedAt) * NANOS;
    const seen: typeof clients = new Map();
    const sums = new Map<string, Sum>();
    for (const [pid, paths] of files.list(now))
      for (const path of paths) {
        const text = readText(path);
        if (text === null) files.stale(pid);
        const client = parseDrmClient(text ?? '');
        if (client === null) continue;
        const key = `${pid} ${client.pci} ${client.client}`;
        // A copy of a file that was counted.
        if (seen.has(key)) continue;
        seen.set(key, client);
        const before = clients.get(key);
        const load = before && ns > 0 && ns < Infinity ? loadBetween(before, client, ns) : null;
        add(sums, pid, client, load);
      }
    clients = seen;
    programs = byCard(sums);
  }

  return {
    on(pci, now, load) {
      // A clock that was set back is no reason to wait.
      if (now - lookedAt >= LOOK_EVERY || now < lookedAt) {
        look(now);
        lookedAt = now;
      }
      const seen = programs.get(pci) ?? [];
      const explained = seen.reduce((sum, program) => sum + (program.load ?? 1), 0);
      if ((load ?? 0) - explained >= UNEXPLAINED) files.wonder(now);
      return [...seen];
    },
  };
}

type Sum = {
  readonly pid: number;
  readonly pci: string;
  memory: number | null;
  load: number | null;
};

/** A program may have a card open several times: in several contexts, each with its own share. */
function add(sums: Map<string, Sum>, pid: number, { pci, memory }: DrmClient, load: number | null) {
  const key = `${pid} ${pci}`;
  const sum = sums.get(key) ?? { pid, pci, memory: null, load: null };
  if (memory !== null) sum.memory = (sum.memory ?? 0) + memory;
  if (load !== null) sum.load = Math.min((sum.load ?? 0) + load, 1);
  sums.set(key, sum);
}

function byCard(sums: ReadonlyMap<string, Sum>): Map<string, GpuProgram[]> {
  const cards = new Map<string, GpuProgram[]>();
  for (const { pid, pci, memory, load } of sums.values()) {
    const list = cards.get(pci) ?? [];
    list.push({
      pid,
      memory: memory === null ? null : bytes(memory),
      load,
      name: null,
      ours: false,
    });
    cards.set(pci, list);
  }
  return cards;
}
