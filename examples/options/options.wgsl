// A book of European options, priced by Monte Carlo: what options.cu does, and its comments say how. The functions
// log, exp and sqrt are those of the device, so results differ from CUDA's, and between makes of card, in the last bits.
// Buffers are bound in the order of a launch's buffer arguments; its scalars, in order, are the uniform after them.

struct Contract { kind: f32, spot: f32, strike: f32, rate: f32, volatility: f32, years: f32 }

@group(0) @binding(0) var<storage, read> contracts: array<Contract>;
@group(0) @binding(1) var<storage, read_write> sums: array<vec2f>;

struct Draw { step: u32 }
@group(0) @binding(2) var<uniform> draw_args: Draw;

struct Summarise { count: u32, samples: u32 }
@group(0) @binding(2) var<storage, read_write> prices: array<vec2f>;
@group(0) @binding(3) var<uniform> summarise_args: Summarise;

const DRAWS = 32u;

fn still_value(c: Contract) -> f32 {
  return max(c.kind * (c.spot - c.strike * exp(-c.rate * c.years)), 0.0);
}

fn rotate(x: u32, by: u32) -> u32 { return (x << by) | (x >> (32u - by)); }

fn four_rounds(at: vec2u, turns: vec4u) -> vec2u {
  var x = at.x;
  var y = at.y;
  x += y; y = rotate(y, turns.x) ^ x;
  x += y; y = rotate(y, turns.y) ^ x;
  x += y; y = rotate(y, turns.z) ^ x;
  x += y; y = rotate(y, turns.w) ^ x;
  return vec2u(x, y);
}

// Threefry-2x32-20 with a fixed key.
fn threefry(counter: vec2u) -> vec2u {
  const K0 = 0x0ff9ea4bu;
  const K1 = 0x243f6a88u;
  const K2 = 0x1bd11bdau ^ K0 ^ K1;
  const EVEN = vec4u(13u, 15u, 26u, 6u);
  const ODD = vec4u(17u, 29u, 16u, 24u);
  var x = counter + vec2u(K0, K1);
  x = four_rounds(x, EVEN) + vec2u(K1, K2 + 1u);
  x = four_rounds(x, ODD) + vec2u(K2, K0 + 2u);
  x = four_rounds(x, EVEN) + vec2u(K0, K1 + 3u);
  x = four_rounds(x, ODD) + vec2u(K1, K2 + 4u);
  return four_rounds(x, EVEN) + vec2u(K2, K0 + 5u);
}

// Giles' single-precision inverse error function.
fn normal(bits: u32) -> f32 {
  let x = (f32(bits >> 9u) + 0.5) * 2.384185791015625e-7 - 1.0;
  var w = -log((1.0 - x) * (1.0 + x));
  var p: f32;
  if (w < 5.0) {
    w = w - 2.5;
    p = 2.81022636e-8 * w + 3.43273939e-7;
    p = p * w - 3.5233877e-6;
    p = p * w - 4.39150654e-6;
    p = p * w + 2.1858087e-4;
    p = p * w - 1.25372503e-3;
    p = p * w - 4.17768164e-3;
    p = p * w + 0.246640727;
    p = p * w + 1.50140941;
  } else {
    w = sqrt(w) - 3.0;
    p = -2.00214257e-4 * w + 1.00950558e-4;
    p = p * w + 1.34934322e-3;
    p = p * w - 3.67342844e-3;
    p = p * w + 5.73950773e-3;
    p = p * w - 7.6224613e-3;
    p = p * w + 9.43887047e-3;
    p = p * w + 1.00167406;
    p = p * w + 2.83297682;
  }
  return 1.41421356 * p * x;
}

@compute @workgroup_size(64)
fn draw_paths(@builtin(local_invocation_id) local: vec3u, @builtin(workgroup_id) block: vec3u) {
  let index = block.x * 64u + local.x;
  let c = contracts[block.x];
  let spread = c.volatility * sqrt(c.years);
  let drift = c.rate * c.years - 0.5 * spread * spread;
  let discount = exp(-c.rate * c.years);
  let still = still_value(c);
  var sum = vec2f();
  for (var draw = 0u; draw < DRAWS; draw++) {
    let bits = threefry(vec2u(draw_args.step * DRAWS + draw, index));
    for (var half = 0u; half < 2u; half++) {
      let z = spread * normal(select(bits.x, bits.y, half == 1u));
      let up = max(c.kind * (c.spot * exp(drift + z) - c.strike), 0.0);
      let down = max(c.kind * (c.spot * exp(drift - z) - c.strike), 0.0);
      let sample = discount * 0.5 * (up + down) - still;
      sum += vec2f(sample, sample * sample);
    }
  }
  sums[index] += sum;
}

@compute @workgroup_size(64)
fn summarise_prices(@builtin(global_invocation_id) id: vec3u) {
  let contract = id.x;
  if (contract >= summarise_args.count) { return; }
  var sum = vec2f();
  for (var thread = 0u; thread < 64u; thread++) { sum += sums[contract * 64u + thread]; }
  let n = f32(summarise_args.samples);
  let mean = sum.x / n;
  let variance = max(sum.y / n - mean * mean, 0.0) * (n / (n - 1.0));
  prices[contract] = vec2f(still_value(contracts[contract]) + mean, sqrt(variance / n));
}
