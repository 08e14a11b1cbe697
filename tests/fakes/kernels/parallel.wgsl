// The kernels of parallel.cu. Blocks of 256 threads, of 16 by 16 for matmul, of 64 for the bodies.

const SCAN = 256u;
const TILE = 16u;

struct Count { n: u32 }
@group(0) @binding(0) var<storage, read> x: array<u32>;
@group(0) @binding(1) var<storage, read_write> sums: array<u32>;
@group(0) @binding(2) var<storage, read_write> totals: array<u32>;
@group(0) @binding(3) var<uniform> scan_blocks_args: Count;
var<workgroup> part: array<u32, 256>;

@compute @workgroup_size(SCAN)
fn scan_blocks(@builtin(local_invocation_id) local: vec3u, @builtin(workgroup_id) block: vec3u) {
  let t = local.x;
  let i = block.x * SCAN + t;
  part[t] = select(0u, x[i], i < scan_blocks_args.n);
  workgroupBarrier();
  for (var reach = 1u; reach < SCAN; reach *= 2u) {
    let before = select(0u, part[max(t, reach) - reach], t >= reach);
    workgroupBarrier();
    part[t] = part[t] + before;
    workgroupBarrier();
  }
  if (i < scan_blocks_args.n) { sums[i] = part[t]; }
  if (t == SCAN - 1u) { totals[block.x] = part[t]; }
}

@group(0) @binding(2) var<uniform> scan_add_args: Count;

@compute @workgroup_size(SCAN)
fn scan_add(@builtin(local_invocation_id) local: vec3u, @builtin(workgroup_id) block: vec3u) {
  let i = block.x * SCAN + local.x;
  if (i < scan_add_args.n && block.x > 0u) { sums[i] += x[block.x - 1u]; }
}

@group(0) @binding(0) var<storage, read> a: array<f32>;
@group(0) @binding(1) var<storage, read> b: array<f32>;
@group(0) @binding(2) var<storage, read_write> c: array<f32>;
@group(0) @binding(3) var<uniform> matmul_args: Count;
var<workgroup> left: array<f32, 256>;
var<workgroup> right: array<f32, 256>;

@compute @workgroup_size(TILE, TILE)
fn matmul(@builtin(local_invocation_id) local: vec3u, @builtin(global_invocation_id) id: vec3u) {
  let n = matmul_args.n;
  let at = local.y * TILE + local.x;
  var sum = 0.0;
  for (var start = 0u; start < n; start += TILE) {
    left[at] = a[id.y * n + start + local.x];
    right[at] = b[(start + local.y) * n + id.x];
    workgroupBarrier();
    for (var k = 0u; k < TILE; k++) { sum = fma(left[local.y * TILE + k], right[k * TILE + local.x], sum); }
    workgroupBarrier();
  }
  c[id.y * n + id.x] = sum;
}

@group(0) @binding(1) var<storage, read_write> bins: array<atomic<u32>>;
@group(0) @binding(2) var<uniform> histogram_args: Count;
var<workgroup> counts: array<atomic<u32>, 256>;

@compute @workgroup_size(SCAN)
fn histogram(
  @builtin(local_invocation_id) local: vec3u,
  @builtin(global_invocation_id) id: vec3u,
  @builtin(num_workgroups) blocks: vec3u,
) {
  let t = local.x;
  atomicStore(&counts[t], 0u);
  workgroupBarrier();
  for (var i = id.x; i < histogram_args.n; i += blocks.x * SCAN) { atomicAdd(&counts[x[i] & 255u], 1u); }
  workgroupBarrier();
  atomicAdd(&bins[t], atomicLoad(&counts[t]));
}

struct Kick { n: u32, dt: f32, softening: f32 }
@group(0) @binding(0) var<storage, read> bodies: array<vec4f>;
@group(0) @binding(1) var<storage, read_write> speeds: array<vec4f>;
@group(0) @binding(2) var<uniform> kick_args: Kick;

@compute @workgroup_size(64)
fn nbody_kick(@builtin(global_invocation_id) id: vec3u) {
  let i = id.x;
  if (i >= kick_args.n) { return; }
  var pull = vec3f();
  for (var k = 0u; k < kick_args.n; k++) {
    let d = bodies[k].xyz - bodies[i].xyz;
    let square = dot(d, d) + kick_args.softening * kick_args.softening;
    pull += d * (bodies[k].w / (square * sqrt(square)));
  }
  speeds[i] += vec4f(pull * kick_args.dt, 0.0);
}

struct Drift { n: u32, dt: f32 }
@group(0) @binding(0) var<storage, read> velocities: array<vec4f>;
@group(0) @binding(1) var<storage, read_write> places: array<vec4f>;
@group(0) @binding(2) var<uniform> drift_args: Drift;

@compute @workgroup_size(64)
fn nbody_drift(@builtin(global_invocation_id) id: vec3u) {
  let i = id.x;
  if (i < drift_args.n) { places[i] += vec4f(velocities[i].xyz * drift_args.dt, 0.0); }
}
