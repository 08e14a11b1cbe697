import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isFailure } from '../../src-runner/device.ts';
import { parsePtx } from '../../src-runner/ptx.ts';
import { writeScalar } from '../../src-runner/scalar.ts';
import { parseWgsl } from '../../src-runner/wgsl.ts';

describe('PTX', () => {
  const head = '.version 6.3\n.target sm_50\n.address_size 64\n';

  it('tells every kernel with the types of its parameters, however a compiler writes them', () => {
    const entries = parsePtx(`${head}
      // .visible .entry commented_out( .param .u64 a )
      /* .entry this_too */
      .visible .entry first(
        .param .u64 .ptr .global .align 4 first_param_0, .param .f32 first_param_1, .param .b32 c
      ) { ret; }
      .weak .entry second ( .param .align 8 .b8 second_param_0[16] ) .maxntid 64, 1, 1 { ret; }
      .entry third
      { ret; }
      .func (.param .b32 out) no_kernel(.param .b32 in) { ret; }`);
    expect(isFailure(entries) ? entries : [...entries]).toEqual([
      ['first', [{ type: 'u64' }, { type: 'f32' }, { type: 'b32' }]],
      ['second', [{ type: 'bytes' }]],
      ['third', []],
    ]);
  });

  it.each([
    ['nothing at all', ''],
    ['no kernel', head],
    ['32-bit addresses', '.version 6.3\n.target sm_50\n.address_size 32\n.entry a { }'],
  ])('is refused with %s', (_, text) => {
    expect(parsePtx(text)).toMatchObject({ kind: 'failure', because: 'bad-program' });
  });
});

describe('WGSL', () => {
  it('lets entry points share bindings: each mentions its own variables, called functions included', () => {
    const { entries, variables } = parseWgsl(`
      @group(0) @binding(0) var<storage, read> x : array<vec4<f32>>;
      @binding(0x0) @group(0u) var < storage , read_write > counts: array<atomic<u32>>;
      struct Numbers { @size(4) odd: u32, b: f32, }
      @group(0) @binding(1) var<uniform> numbers: Numbers;
      @group(0) @binding(1) var<uniform> alone: i32;
      override WIDE = 3;
      const W: u32 = 8u;
      fn inner(n: u32) { if (n > 0u) { atomicAdd(&counts[n], 1u); } }
      fn outer() { inner(u32(alone)); }
      @compute @workgroup_size(W, 4) fn count(@builtin(global_invocation_id) id: vec3u) { outer(); _ = id.x; }
      @workgroup_size(WIDE) @compute
      fn read_only() { let counts = x[0]; _ = numbers.b + counts.x; }`);
    expect([...entries].map(([name, { workgroup }]) => [name, workgroup])).toEqual([
      ['count', [8, 4, 1]],
      ['read_only', null],
    ]);
    const used = (entry: string) =>
      variables.filter(({ name }) => entries.get(entry)?.mentions.has(name)).map((v) => v.name);
    expect(used('count')).toEqual(['counts', 'alone']);
    expect(used('read_only')).toEqual(['x', 'numbers']);
    expect(variables.map(({ binding, access, scalars }) => [binding, access, scalars])).toEqual([
      [0, 'read', null],
      [0, 'read_write', null],
      [1, 'uniform', null],
      [1, 'uniform', ['i32']],
    ]);
  });

  it('is read to its end, whatever stands in it', () => {
    const piece = fc.constantFrom(
      '@',
      'fn f(',
      '{',
      '}',
      '/*',
      '*/',
      '//',
      '\n',
      'var<storage>',
      'struct s',
    );
    const text = fc.array(fc.oneof(piece, fc.string()), { maxLength: 200 });
    fc.assert(fc.property(text, (pieces) => parseWgsl(pieces.join(' ')).entries instanceof Map));
  });
});

it('the number of a step wraps at 2^32 without losing its last digit', () => {
  const u32 = fc.integer({ min: 0, max: 0xffff_ffff });
  fc.assert(
    fc.property(u32, u32, fc.integer({ min: 0, max: 999_999 }), (times, plus, within) => {
      const view = new DataView(new ArrayBuffer(4));
      writeScalar(view, 0, { kind: 'step', times, plus }, within);
      const exact = (BigInt(times) * BigInt(within) + BigInt(plus)) % 2n ** 32n;
      expect(BigInt(view.getUint32(0, true))).toBe(exact);
    }),
  );
});
