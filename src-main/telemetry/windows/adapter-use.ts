import type { GpuProgram } from '../../../src-shared/gpu.ts';
import { type Bytes, bytes } from '../../../src-shared/units.ts';
import { parseGpuInstance } from './gpu-instance.ts';

/** What Windows says about one adapter at one moment. */
export type AdapterUse = {
  /** Of its busiest engine, as the Task Manager shows it; null where that is not known yet. */
  readonly load: number | null;
  readonly memoryUsed: Bytes | null;
  /** Those that do something there or hold memory. */
  readonly programs: readonly GpuProgram[];
};

/** The values of three counters, by instance; null where the system gave none. */
export type GpuCounters = {
  /** Percent of one engine's time, by engine and program. */
  readonly engines: ReadonlyMap<string, number> | null;
  /** Bytes of graphics memory by program. */
  readonly programMemory: ReadonlyMap<string, number> | null;
  /** Bytes of graphics memory by adapter. */
  readonly adapterMemory: ReadonlyMap<string, number> | null;
};

type Adapter = {
  /** Percent by engine, of all programs. */
  readonly engines: Map<string, number>;
  readonly programs: Map<number, Program>;
  memory: number | null;
};
type Program = { readonly engines: Map<string, number>; memory: number | null };

/** Sums up the counters by adapter. A program is as busy as it keeps the engine that it uses most. */
export function adapterUses(counters: GpuCounters): ReadonlyMap<string, AdapterUse> {
  const adapters = new Map<string, Adapter>();
  const adapterOf = (luid: string) =>
    found(adapters, luid, () => ({ engines: new Map(), programs: new Map(), memory: null }));
  const programOf = (luid: string, pid: number) =>
    found(adapterOf(luid).programs, pid, () => ({ engines: new Map(), memory: null }));

  for (const [name, percent] of counters.engines ?? []) {
    const instance = parseGpuInstance(name);
    if (instance === null || instance.engine === null || instance.pid === null) continue;
    const { luid, pid, engine } = instance;
    for (const { engines } of [adapterOf(luid), programOf(luid, pid)])
      engines.set(engine, (engines.get(engine) ?? 0) + Math.max(percent, 0));
  }
  for (const [name, amount] of counters.programMemory ?? []) {
    const instance = parseGpuInstance(name);
    if (instance === null || instance.pid === null) continue;
    const program = programOf(instance.luid, instance.pid);
    program.memory = (program.memory ?? 0) + Math.max(amount, 0);
  }
  for (const [name, amount] of counters.adapterMemory ?? []) {
    const instance = parseGpuInstance(name);
    if (instance === null || instance.pid !== null) continue;
    const adapter = adapterOf(instance.luid);
    adapter.memory = (adapter.memory ?? 0) + Math.max(amount, 0);
  }

  const knowsLoads = counters.engines !== null && counters.engines.size > 0;
  return new Map([...adapters].map(([luid, adapter]) => [luid, useOf(adapter, knowsLoads)]));
}

const useOf = ({ engines, programs, memory }: Adapter, knowsLoads: boolean): AdapterUse => ({
  load: knowsLoads ? busiest(engines) : null,
  memoryUsed: memory === null ? null : bytes(Math.round(memory)),
  programs: [...programs]
    .map(([pid, program]) => ({
      pid,
      memory: program.memory === null ? null : bytes(Math.round(program.memory)),
      load: knowsLoads ? busiest(program.engines) : null,
      name: null,
      ours: false,
    }))
    .filter(({ memory, load }) => (memory ?? 0) > 0 || (load ?? 0) > 0),
});

const busiest = (engines: ReadonlyMap<string, number>): number =>
  Math.min(Math.max(0, ...engines.values()) / 100, 1);

function found<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}

/** What a driver says of its programs, with what it left open filled in by what Windows says. */
export function withUse(
  programs: readonly GpuProgram[],
  use: AdapterUse | undefined,
): GpuProgram[] {
  const told = new Map((use?.programs ?? []).map((program) => [program.pid, program]));
  const filled = programs.map((program) => {
    const other = told.get(program.pid);
    told.delete(program.pid);
    // A program that Windows has no word of did nothing.
    const idle = use !== undefined && use.load !== null ? 0 : null;
    return {
      ...program,
      memory: program.memory ?? other?.memory ?? null,
      load: program.load ?? other?.load ?? idle,
    };
  });
  return [...filled, ...told.values()];
}
