import type { Arg, KernelSpec, Launch } from '../../src-shared/kernel.ts';
import { type Failure, failure, isFailure } from '../work/device.ts';
import type { Scalar } from '../work/scalar.ts';
import type { WgslEntry, WgslModule, WgslVariable } from './wgsl.ts';

/** How the arguments of one launch meet the bindings of its entry point. */
export type LaunchBinding = {
  /** Names of the buffers at bindings 0, 1, 2 ..., and whether the entry point may write each. */
  readonly buffers: readonly { readonly name: string; readonly writable: boolean }[];
  /** The scalars of the uniform structure at the binding after the last buffer; often none. */
  readonly scalars: readonly Scalar[];
};

/**
 * Lays a launch over the module's declarations, or says why it does not fit. The layout is made explicitly, because the
 * automatic one drops every binding that an entry point declares and does not use.
 */
export function bindLaunch(
  module: WgslModule,
  spec: KernelSpec,
  { entry: name, block, args }: Launch,
): LaunchBinding | Failure {
  const entry = module.entries.get(name);
  if (!entry) {
    const names = [...module.entries.keys()].join(', ') || 'none';
    return failure('bad-spec', `the program has no compute entry ${name}; it has ${names}`);
  }
  const sized = checkBlock(name, entry, block);
  if (sized) return sized;

  const buffers: { name: string; writable: boolean }[] = [];
  const scalars: Scalar[] = [];
  for (const arg of args) {
    if (arg.kind !== 'buffer') scalars.push(arg);
    else {
      const bound = bindBuffer(module, entry, spec, name, arg, buffers.length);
      if (isFailure(bound)) return bound;
      buffers.push(bound);
    }
  }
  for (const { name: buffer, writable } of buffers)
    if (writable && buffers.filter((other) => other.name === buffer).length > 1)
      return failure(
        'bad-spec',
        `${name} is launched with buffer ${buffer} twice, and WebGPU lets none of two bindings write to it`,
      );
  const extra = module.variables.find(
    (v) => v.binding > buffers.length - 1 && v.access !== 'uniform' && entry.mentions.has(v.name),
  );
  if (extra)
    return failure(
      'bad-spec',
      `${name} uses ${extra.name} at binding ${extra.binding}, the job gives ${buffers.length} buffers`,
    );
  return checkScalars(module, entry, name, buffers.length, scalars) ?? { buffers, scalars };
}

function checkBlock(name: string, entry: WgslEntry, block: Launch['block']): Failure | null {
  if (!entry.workgroup)
    return failure('bad-program', `the @workgroup_size of ${name} is not in plain numbers`);
  return entry.workgroup.every((n, axis) => n === block[axis])
    ? null
    : failure(
        'bad-spec',
        `${name} has @workgroup_size(${entry.workgroup.join(', ')}), the job's block is ${block.join(', ')}`,
      );
}

function bindBuffer(
  module: WgslModule,
  entry: WgslEntry,
  spec: KernelSpec,
  name: string,
  arg: Extract<Arg, { kind: 'buffer' }>,
  binding: number,
): { name: string; writable: boolean } | Failure {
  const variable = declared(module, entry, binding);
  if (!variable || variable.access === 'uniform')
    return failure(
      'bad-spec',
      `${name} is launched with buffer ${arg.name} at binding ${binding}, where the program declares no var<storage>`,
    );
  // What the entry point does not use it does not write: as read-only it can stand in the way of nothing.
  const writable = variable.access === 'read_write' && entry.mentions.has(variable.name);
  if (writable && spec.buffers[arg.name]?.constant)
    return failure(
      'bad-spec',
      `buffer ${arg.name} is constant, but ${name} may write to it: ${variable.name} is read_write`,
    );
  return { name: arg.name, writable };
}

function checkScalars(
  module: WgslModule,
  entry: WgslEntry,
  name: string,
  binding: number,
  scalars: readonly Scalar[],
): Failure | null {
  const uniforms = module.variables.filter(
    (v) => v.group === 0 && v.access === 'uniform' && entry.mentions.has(v.name),
  );
  const stray = uniforms.find((v) => v.binding !== binding);
  if (stray)
    return failure(
      'bad-spec',
      `${name} reads its numbers at binding ${stray.binding}, after the job's buffers it must be ${binding}`,
    );
  const wanted = uniforms[0]?.scalars;
  if (uniforms.length === 0 && scalars.length === 0) return null;
  if (!uniforms[0] && declared(module, entry, binding)?.access !== 'uniform')
    return failure(
      'bad-spec',
      `${name} takes no numbers at binding ${binding}, the job gives ${scalars.length}`,
    );
  if (!wanted) return null;
  if (wanted.length !== scalars.length)
    return failure(
      'bad-spec',
      `${name} takes ${wanted.length} numbers, the job gives ${scalars.length}`,
    );
  for (const [i, scalar] of scalars.entries()) {
    const given = scalar.kind === 'step' ? 'u32' : scalar.kind;
    if (wanted[i] !== given)
      return failure(
        'bad-spec',
        `number ${i} of ${name} is a ${wanted[i]}, the job gives a ${given}`,
      );
  }
  return null;
}

/** The variable at a binding of group 0; where entry points share a number, the one this entry point uses. */
function declared(
  { variables }: WgslModule,
  { mentions }: WgslEntry,
  binding: number,
): WgslVariable | undefined {
  const here = variables.filter((v) => v.group === 0 && v.binding === binding);
  return here.find((v) => mentions.has(v.name)) ?? here[0];
}
