import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { driverFor, parsePtx } from '../../src-runner/cuda/ptx.ts';
import { parseWgsl } from '../../src-runner/webgpu/wgsl.ts';
import { isFailure } from '../../src-runner/work/device.ts';
import { writeScalar } from '../../src-runner/work/scalar.ts';
import { saying } from '../worlds/saying.ts';

describe('PTX', () => {
  const head = '.version 6.3\n.target sm_50\n.address_size 64\n';

  it('tells every kernel with the types of its parameters, however a compiler writes them', () => {
    const ptx = parsePtx(`${head}
      // .visible .entry commented_out( .param .u64 a )
      /* .entry this_too */
      .visible .entry first(
        .param .u64 .ptr .global .align 4 first_param_0, .param .f32 first_param_1, .param .b32 c
      ) { ret; }
      .weak .entry second ( .param .align 8 .b8 second_param_0[16] ) .maxntid 64, 1, 1 { ret; }
      .entry third
      { ret; }
      .func (.param .b32 out) no_kernel(.param .b32 in) { ret; }`);
    expect(isFailure(ptx) ? ptx : [...ptx.entries]).toEqual([
      ['first', [{ type: 'u64' }, { type: 'f32' }, { type: 'b32' }]],
      ['second', [{ type: 'bytes' }]],
      ['third', []],
    ]);
  });

  it('says which card and which driver it wants, and what memory its own variables take', () => {
    const ptx = parsePtx(`.version 8.5\n.target sm_90a, debug\n.address_size 64
      .visible .global .align 4 .b8 table[0x100] = {1, 2};
      .global .f64 one = 0d3FF0000000000000;
      .global .align 16 .v4 .f32 lanes[2][3] = {{{1.0, 1.0, 1.0, 1.0}}};
      .const .align 2 .u16 two[2] = {1, 2};
      .shared .align 4 .b8 not_there[4096];
      .visible .entry k(.param .u64 .ptr .global .align 4 p) {
        .local .align 4 .b8 nor_there[4096];
        ld.global.u32 %r1, [%rd1];
        ret;
      }`);
    const variables = 256 + 8 + 16 * 6 + 4;
    expect(ptx).toMatchObject({ version: '8.5', target: 90, variables, keeps: true });
  });

  const kernel = `.visible .entry k(.param .u64 .ptr .global .align 4 p) {
    .loc 1 2 3
    @%p1 ld.global.u32 %r1, [%rd1];
    st.weak.global.u32 [%rd1], %r1; }`;

  it.each([
    ['.visible .global .align 4 .u32 counter;', 'counter'],
    ['.global .align 4 .b8 heap[64];', 'heap'],
    ['.common .global .b64 slot;', 'slot'],
    ['.extern .global .f64 elsewhere;', 'elsewhere'],
    ['.visible.global.u32 tight;', 'tight'],
    ['.file 1 "//"; .global .u32 behind_a_path;', 'behind_a_path'],
    ['.global .u32 first, second = 1;', 'first'],
    ['.global .u32 first = 1, second;', 'first'],
    ['.global .u32 first[2] = {1, 2}, second;', 'first'],
  ])('that keeps state outside of the buffers is refused: %s', (declared, name) => {
    for (const text of [`${head}${declared}\n${kernel}`, `${head}${kernel}\n${declared}`])
      expect(parsePtx(text)).toMatchObject({
        kind: 'failure',
        because: 'bad-program',
        detail: saying(`(.global ${name}): state belongs in the job's buffers`),
      });
  });

  it.each([
    ['', false],
    ['.const .align 4 .u32 numbers[4];', true],
    ['.global .align 4 .b8 words[4] = {1, 2, 3, 4};', true],
    ['.visible.global.u32 tight = 7;', true],
    ['.global .u64 table[2][1] = {{generic(k)}, {generic(k)}};', true],
    ['/* .global .u32 no; */ // .global .u32 nor;', false],
  ])('with tables only is taken, and is known to have them: %s', (declared, keeps) => {
    expect(parsePtx(`${head}${declared}\n${kernel}`)).toMatchObject({ keeps });
  });

  it('names the driver of a version, and leaves versions from after our time to the driver', () => {
    const wanted = ['4.0', '6.3', '7.8', '8.5', '8.6', '9.0', '99.0'].map(driverFor);
    expect(wanted).toEqual([6000, 10_000, 11_080, 12_050, 12_070, 13_000, null]);
  });

  it('is read to its end in no time, whatever stands in it', () => {
    const hostile = [
      '.global ',
      '.global .b8 x[',
      '.global a = ',
      '.entry (',
      '/*',
      '/* ',
      '"',
      '.param .b8 ',
    ];
    for (const piece of hostile) parsePtx(head + piece.repeat(200_000));
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
