// The kernels of speed.cu, for any card with WebGPU.
const CHAINS = 8u;
const UNROLLED = 16u;

struct Copy {
  n: u32,
}
@group(0) @binding(0) var<storage, read> source: array<vec4<u32>>;
@group(0) @binding(1) var<storage, read_write> target_: array<vec4<u32>>;
@group(0) @binding(2) var<uniform> copy: Copy;

@compute @workgroup_size(256)
fn copy_memory(@builtin(global_invocation_id) at: vec3<u32>, @builtin(num_workgroups) blocks: vec3<u32>) {
  let all = blocks.x * 256u;
  for (var i = at.x; i < copy.n; i += all) { target_[i] = source[i]; }
}

struct F32 {
  rounds: u32,
  start: f32,
}
@group(0) @binding(0) var<storage, read_write> sums: array<f32>;
@group(0) @binding(1) var<uniform> f: F32;

@compute @workgroup_size(256)
fn multiply_f32(@builtin(global_invocation_id) at: vec3<u32>) {
  var a = vec4<f32>(f.start);
  var b = vec4<f32>(f.start);
  let plusA = vec4<f32>(0.0, 1.0, 2.0, 3.0);
  let plusB = vec4<f32>(4.0, 5.0, 6.0, 7.0);
  let times = vec4<f32>(0.75);
  for (var round = 0u; round < f.rounds; round++) {
    for (var u = 0u; u < UNROLLED; u++) {
      a = fma(a, times, plusA);
      b = fma(b, times, plusB);
    }
  }
  var sum = 0.0;
  for (var c = 0u; c < 4u; c++) { sum = sum + a[c]; }
  for (var c = 0u; c < 4u; c++) { sum = sum + b[c]; }
  sums[at.x] = sum;
}

struct U32 {
  rounds: u32,
  start: u32,
}
@group(0) @binding(0) var<storage, read_write> totals: array<u32>;
@group(0) @binding(1) var<uniform> g: U32;

@compute @workgroup_size(256)
fn multiply_u32(@builtin(global_invocation_id) at: vec3<u32>) {
  var a = vec4<u32>(g.start + at.x);
  var b = vec4<u32>(g.start + at.x);
  let plusA = vec4<u32>(0u, 1u, 2u, 3u);
  let plusB = vec4<u32>(4u, 5u, 6u, 7u);
  for (var round = 0u; round < g.rounds; round++) {
    for (var u = 0u; u < UNROLLED; u++) {
      a = a * a + plusA;
      b = b * b + plusB;
    }
  }
  totals[at.x] = a.x + a.y + a.z + a.w + b.x + b.y + b.z + b.w;
}
