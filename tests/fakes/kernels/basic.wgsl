// The kernels of basic.cu. Blocks of 64 threads.
// Buffers are bound in the order of a launch's buffer arguments; its scalars, in order, are the uniform after them.

struct VectorAdd { n: u32 }
@group(0) @binding(0) var<storage, read> a: array<f32>;
@group(0) @binding(1) var<storage, read> b: array<f32>;
@group(0) @binding(2) var<storage, read_write> sum: array<f32>;
@group(0) @binding(3) var<uniform> vector_add_args: VectorAdd;

@compute @workgroup_size(64)
fn vector_add(@builtin(global_invocation_id) id: vec3u) {
  let i = id.x;
  if (i < vector_add_args.n) { sum[i] = a[i] + b[i]; }
}

struct Saxpy { n: u32, alpha: f32 }
@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read_write> y: array<f32>;
@group(0) @binding(2) var<uniform> saxpy_args: Saxpy;

@compute @workgroup_size(64)
fn saxpy(@builtin(global_invocation_id) id: vec3u) {
  let i = id.x;
  if (i < saxpy_args.n) { y[i] = saxpy_args.alpha * x[i] + y[i]; }
}

@group(0) @binding(2) var<uniform> block_sums_args: VectorAdd;
var<workgroup> part: array<f32, 64>;

@compute @workgroup_size(64)
fn block_sums(@builtin(local_invocation_id) local: vec3u, @builtin(workgroup_id) block: vec3u) {
  let t = local.x;
  let i = block.x * 64u + t;
  part[t] = select(0.0, x[i], i < block_sums_args.n);
  workgroupBarrier();
  for (var half = 32u; half > 0u; half /= 2u) {
    if (t < half) { part[t] = part[t] + part[t + half]; }
    workgroupBarrier();
  }
  if (t == 0u) { y[block.x] = part[0]; }
}

struct Spin { n: u32, rounds: u32 }
@group(0) @binding(0) var<storage, read_write> counters: array<u32>;
@group(0) @binding(1) var<uniform> spin_args: Spin;

@compute @workgroup_size(64)
fn spin(@builtin(global_invocation_id) id: vec3u) {
  let i = id.x;
  var h = i;
  for (var k = 0u; k < spin_args.rounds; k++) { h = (h ^ (h >> 15u)) * 747796405u + 2891336453u; }
  if (i < spin_args.n) {
    counters[i] += select(1u, 2u, h == 1u && spin_args.rounds == 0xffffffffu);
  }
}

struct AddStep { n: u32, step: u32 }
@group(0) @binding(1) var<uniform> add_step_args: AddStep;

@compute @workgroup_size(64)
fn add_step(@builtin(global_invocation_id) id: vec3u) {
  let i = id.x;
  if (i < add_step_args.n) { counters[i] += add_step_args.step; }
}

struct OutOfBounds { beyond: u32 }
@group(0) @binding(1) var<uniform> out_of_bounds_args: OutOfBounds;

// Harmless here: WebGPU drops the write or moves it inside the buffer.
@compute @workgroup_size(64)
fn out_of_bounds(@builtin(global_invocation_id) id: vec3u) {
  counters[out_of_bounds_args.beyond + id.x] = 0xbadbadu;
}
