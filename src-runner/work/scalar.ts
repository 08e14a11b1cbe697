import type { Arg } from '../../src-shared/kernel.ts';

export type Scalar = Exclude<Arg, { kind: 'buffer' }>;

/** Writes the 4 bytes of a scalar argument, little-endian as on every GPU. `within`: the step's number in its stage. */
export function writeScalar(view: DataView, offset: number, arg: Scalar, within: number): void {
  switch (arg.kind) {
    case 'u32':
      view.setUint32(offset, arg.value, true);
      return;
    case 'i32':
      view.setInt32(offset, arg.value, true);
      return;
    case 'f32':
      view.setFloat32(offset, arg.value, true);
      return;
    case 'step':
      // Math.imul keeps the low 32 bits exact, where a double would round; setUint32 takes them modulo 2^32.
      view.setUint32(offset, Math.imul(arg.times, within) + arg.plus, true);
      return;
  }
}
