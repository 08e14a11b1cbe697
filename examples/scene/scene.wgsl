// A path tracer for spheres on a glossy floor under an evening sky. One thread per pixel of a tile; one step of the job
// is one sample of every pixel, added to `sums`. After all steps `develop` turns sums into pixels.
//
// Light: at a diffuse surface one lamp is chosen and a point in the cone it fills is sampled (Shirley, Wang and
// Zimmerman 1996); sky and mirrors are found by the path itself. Numbers come from an Owen-scrambled Sobol sequence
// (Burley, JCGT 2020), a function of pixel, sample and dimension only: a job that was interrupted gives the same bits.
//
// Buffers are bound in the order of a launch's buffer arguments; its scalars, in order, are the uniform after them.

struct Hit { distance: f32, sphere: i32 }
struct Surface { point: vec3f, normal: vec3f, colour: vec3f, metal: f32, roughness: f32, glass: f32, glow: f32, coat: f32 }

// The numbers of scene.json in the order of the file, four at a time: seven for camera, sky and floor, then three for
// each sphere, lamps first: (centre, radius), (colour, metal), (roughness, glass, glow, coat).
@group(0) @binding(0) var<storage, read> scene: array<vec4f>;
@group(0) @binding(1) var<storage, read_write> sums: array<vec4f>;

struct Trace { sample: u32, tile: u32, across: u32, width: u32, height: u32, lamps: u32, spheres: u32 }
@group(0) @binding(2) var<uniform> trace_args: Trace;

struct Develop { samples: u32 }
@group(0) @binding(2) var<storage, read_write> pixels: array<u32>;
@group(0) @binding(3) var<uniform> develop_args: Develop;

const PI = 3.14159265;
const BOUNCES = 6u;
const FAR = 1e9;
const FLOOR = -1; // stands for a sphere's number
const SKY = -2;
// The most light one path may bring after it has left the camera, and after a diffuse surface: a rare brighter one would
// stay in the picture as a white dot.
const BRIGHTEST = 6.0;
const BRIGHTEST_SCATTERED = 1.0;
const SPHERES = 7u; // where they begin

// ---- numbers

fn mix_bits(v: u32) -> u32 {
  var x = v * 747796405u + 2891336453u;
  x = ((x >> ((x >> 28u) + 4u)) ^ x) * 277803737u;
  return (x >> 22u) ^ x;
}

// Owen scrambling of the bits of x, the lowest first (Laine and Karras).
fn scramble(v: u32, seed: u32) -> u32 {
  var x = v + seed;
  x ^= x * 0x6c50b47cu;
  x ^= x * 0xb82f1e52u;
  x ^= x * 0xc7afe638u;
  x ^= x * 0x8d22f6e6u;
  return x;
}

fn unit(bits: u32) -> f32 { return f32(bits >> 8u) * 5.9604645e-8; }

// Two numbers in [0, 1): point `sample` of the first 256 of a Sobol sequence, shuffled and scrambled by the seed.
fn two_numbers(sample: u32, seed: u32) -> vec2f {
  let index = scramble(sample, seed) & 255u;
  var second = 0u;
  var v = 0x80000000u;
  for (var i = index; i > 0u; i >>= 1u) {
    if ((i & 1u) == 1u) { second ^= v; }
    v ^= v >> 1u;
  }
  let x = reverseBits(scramble(index, mix_bits(seed ^ 0x5bd1e995u)));
  let y = reverseBits(scramble(reverseBits(second), mix_bits(seed ^ 0x27d4eb2fu)));
  return vec2f(unit(x), unit(y));
}

// ---- geometry

fn frame(n: vec3f, local: vec3f) -> vec3f {
  let s = select(-1.0, 1.0, n.z >= 0.0);
  let a = -1.0 / (s + n.z);
  let b = n.x * n.y * a;
  return local.x * vec3f(1.0 + s * n.x * n.x * a, s * b, -s * n.x)
    + local.y * vec3f(b, s + n.y * n.y * a, -n.y) + local.z * n;
}

fn distance_to(ball: vec4f, origin: vec3f, direction: vec3f) -> f32 {
  let away = origin - ball.xyz;
  let b = dot(away, direction);
  let nearest = away - b * direction;
  let inside = ball.w * ball.w - dot(nearest, nearest);
  let half = sqrt(max(inside, 0.0));
  let t = select(half - b, -b - half, -b - half > 1e-3);
  return select(FAR, t, inside > 0.0 && t > 1e-3);
}

fn trace_ray(origin: vec3f, direction: vec3f) -> Hit {
  var hit = Hit(FAR, SKY);
  if (direction.y < 0.0) {
    let t = -origin.y / direction.y;
    if (t > 1e-3) { hit = Hit(t, FLOOR); }
  }
  for (var n = 0u; n < trace_args.spheres; n++) {
    let t = distance_to(scene[SPHERES + 3u * n], origin, direction);
    if (t < hit.distance) { hit = Hit(t, i32(n)); }
  }
  return hit;
}

fn is_blocked(origin: vec3f, direction: vec3f, until: f32) -> bool {
  for (var n = 0u; n < trace_args.spheres; n++) {
    if (distance_to(scene[SPHERES + 3u * n], origin, direction) < until) { return true; }
  }
  return false;
}

// ---- light

fn sky(direction: vec3f) -> vec3f {
  let zenith = vec3f(scene[2].yzw);
  let horizon = scene[3].xyz;
  let sun = normalize(vec3f(scene[3].w, scene[4].xy));
  let colour = vec3f(scene[4].zw, scene[5].x);
  let height = max(direction.y, 0.0);
  let glow = colour * exp(scene[5].y * (dot(direction, sun) - 1.0));
  return mix(horizon, zenith, sqrt(height)) + glow * (1.0 - height);
}

fn surface_at(hit: Hit, origin: vec3f, direction: vec3f) -> Surface {
  let point = origin + hit.distance * direction;
  if (hit.sphere == FLOOR) { // wide tiles in two shades, close to each other
    let odd = (i32(floor(point.x * 0.5)) + i32(floor(point.z * 0.5))) & 1;
    let colour = vec3f(scene[5].zw, scene[6].x) * select(1.0, 0.8, odd == 1);
    return Surface(vec3f(point.x, 0.0, point.z), vec3f(0.0, 1.0, 0.0), colour, 0.0, scene[6].y, 0.0, 0.0, 0.04);
  }
  let i = SPHERES + 3u * u32(hit.sphere);
  let ball = scene[i];
  let paint = scene[i + 1u];
  let kind = scene[i + 2u];
  let normal = (point - ball.xyz) / ball.w;
  return Surface(ball.xyz + ball.w * normal, normal, paint.xyz, paint.w, kind.x, kind.y, kind.z, kind.w);
}

fn schlick(cosine: f32, head_on: f32) -> f32 {
  let m = clamp(1.0 - cosine, 0.0, 1.0);
  return head_on + (1.0 - head_on) * m * m * m * m * m;
}

// About how bright a lamp is from a point, for the choice of one.
fn lamp_share(n: u32, point: vec3f) -> f32 {
  let ball = scene[SPHERES + 3u * n];
  let toward = ball.xyz - point;
  return scene[SPHERES + 3u * n + 2u].z * ball.w * ball.w / dot(toward, toward);
}

// Light of one lamp, chosen at random, that a diffuse surface of colour 1 sends on.
fn lamp_light(point: vec3f, normal: vec3f, u: vec2f) -> vec3f {
  var all = 0.0;
  for (var n = 0u; n < trace_args.lamps; n++) { all += lamp_share(n, point); }
  var chosen = 0u;
  var before = 0.0;
  var share = lamp_share(0u, point);
  while (chosen + 1u < trace_args.lamps && before + share <= u.x * all) {
    before += share;
    chosen += 1u;
    share = lamp_share(chosen, point);
  }
  let within = clamp((u.x * all - before) / share, 0.0, 1.0); // a fresh number, as the choice used only part of it
  let i = SPHERES + 3u * chosen;
  let ball = scene[i];
  let toward = ball.xyz - point;
  let apart = dot(toward, toward);
  let sine2 = ball.w * ball.w / apart;
  if (sine2 >= 1.0) { return vec3f(); }
  let narrow = sine2 / (1.0 + sqrt(1.0 - sine2)); // 1 - cosine of the cone's edge, without cancelling
  let cosine = 1.0 - within * narrow;
  let sine = sqrt(max(1.0 - cosine * cosine, 0.0));
  let turn = 2.0 * PI * u.y;
  let direction = frame(toward / sqrt(apart), vec3f(sine * cos(turn), sine * sin(turn), cosine));
  let facing = dot(normal, direction);
  if (facing <= 0.0) { return vec3f(); }
  let until = distance_to(ball, point, direction);
  if (until >= FAR || is_blocked(point, direction, until - 1e-3)) { return vec3f(); }
  return scene[i + 1u].xyz * (scene[i + 2u].z * facing * 2.0 * narrow * all / share); // (1 / pi) * (2 pi * narrow)
}

struct Ray { origin: vec3f, direction: vec3f }

fn camera_ray(pixel: vec2f, lens: vec2f) -> Ray {
  let eye = scene[0].xyz;
  let toward = normalize(vec3f(scene[0].w, scene[1].xy) - eye);
  let right = normalize(cross(toward, vec3f(0.0, 1.0, 0.0)));
  let up = cross(right, toward);
  let size = vec2f(f32(trace_args.width), f32(trace_args.height));
  let screen = (2.0 * pixel - size) / size.y * scene[1].z; // half the height of the picture at distance 1
  let focus = scene[2].x * (toward + screen.x * right - screen.y * up);
  let radius = scene[1].w * sqrt(lens.x); // of the aperture
  let turn = 2.0 * PI * lens.y;
  let offset = radius * (cos(turn) * right + sin(turn) * up);
  return Ray(eye + offset, normalize(focus - offset));
}

fn reflect_rough(direction: vec3f, normal: vec3f, roughness: f32, u: vec2f) -> vec3f {
  let mirrored = reflect(direction, normal);
  let z = 1.0 - 2.0 * u.x;
  let r = roughness * sqrt(max(1.0 - z * z, 0.0));
  let turn = 2.0 * PI * u.y;
  return normalize(mirrored + vec3f(r * cos(turn), r * sin(turn), roughness * z));
}

// Follows one path from the camera and returns the light it brings.
fn radiance(start: Ray, sample: u32, pixel_seed: u32) -> vec3f {
  var origin = start.origin;
  var direction = start.direction;
  var light = vec3f();
  var weight = vec3f(1.0);
  var sees_lamps = true; // after a diffuse surface lamps were already counted
  var brightest = FAR;
  for (var bounce = 0u; bounce < BOUNCES; bounce++) {
    let hit = trace_ray(origin, direction);
    if (hit.sphere == SKY) {
      light += min(weight * sky(direction), vec3f(brightest));
      break;
    }
    var s = surface_at(hit, origin, direction);
    if (hit.sphere == FLOOR) { // far away the floor fades into the sky
      let haze = 1.0 - exp(-hit.distance * hit.distance * scene[6].w);
      light += min(weight * haze * sky(normalize(vec3f(direction.x, 0.0, direction.z))), vec3f(brightest));
      weight *= 1.0 - haze;
    }
    if (s.glow > 0.0) {
      if (sees_lamps) { light += min(weight * s.colour * s.glow, vec3f(brightest)); }
      break;
    }
    brightest = min(brightest, BRIGHTEST);
    let seed = mix_bits(pixel_seed + 3u * bounce + 2u);
    var u = two_numbers(sample, seed);
    let cosine = -dot(direction, s.normal);
    if (s.glass > 0.0) {
      let entering = cosine > 0.0;
      let normal = select(-s.normal, s.normal, entering);
      let ratio = select(s.glass, 1.0 / s.glass, entering);
      let head_on = (s.glass - 1.0) * (s.glass - 1.0) / ((s.glass + 1.0) * (s.glass + 1.0));
      let facing = abs(cosine);
      let k = 1.0 - ratio * ratio * (1.0 - facing * facing);
      let through = sqrt(max(k, 0.0));
      let reflected = select(schlick(select(through, facing, entering), head_on), 1.0, k <= 0.0);
      origin = s.point;
      if (u.x < reflected) { direction = reflect(direction, normal); }
      else {
        direction = normalize(ratio * direction + (ratio * facing - through) * normal);
        weight *= s.colour;
      }
      sees_lamps = true;
      continue;
    }
    if (cosine <= 0.0) { break; }
    // A coat reflects little, but what it reflects may be a lamp: it gets more paths than its share, of less weight each
    let coat = schlick(cosine, s.coat);
    let share = max(coat, 0.25);
    let mirrors = u.x < share;
    if (s.metal == 0.0) { u.x = select((u.x - share) / (1.0 - share), u.x / share, mirrors); } // what the choice left over
    if (s.metal > 0.0 || mirrors) {
      weight *= select(vec3f(coat / share), s.colour + (1.0 - s.colour) * schlick(cosine, 0.0), s.metal > 0.0);
      direction = reflect_rough(direction, s.normal, s.roughness, u);
      if (dot(direction, s.normal) <= 0.0) { break; }
      sees_lamps = true;
    } else {
      weight *= s.colour * ((1.0 - coat) / (1.0 - share));
      let v = two_numbers(sample, mix_bits(seed + 1u));
      light += min(weight * lamp_light(s.point, s.normal, v), vec3f(brightest));
      brightest = BRIGHTEST_SCATTERED;
      let r = sqrt(u.x);
      let turn = 2.0 * PI * u.y;
      direction = frame(s.normal, vec3f(r * cos(turn), r * sin(turn), sqrt(max(1.0 - u.x, 0.0))));
      sees_lamps = false;
    }
    origin = s.point;
    if (max(weight.r, max(weight.g, weight.b)) < 0.01) { break; }
  }
  return light;
}

@compute @workgroup_size(8, 8)
fn trace(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) blocks: vec3u) {
  let size = blocks.xy * 8u;
  let at = vec2u(trace_args.tile % trace_args.across, trace_args.tile / trace_args.across) * size + id.xy;
  let seed = mix_bits(at.y * trace_args.width + at.x);
  let jitter = two_numbers(trace_args.sample, seed);
  let lens = two_numbers(trace_args.sample, mix_bits(seed + 1u));
  let light = radiance(camera_ray(vec2f(at) + jitter, lens), trace_args.sample, seed);
  sums[id.y * size.x + id.x] += vec4f(light, 1.0);
}

// The film curve of K. Narkowicz (2015), then sRGB's exponent.
fn film(x: f32) -> f32 {
  let y = clamp(x * (2.51 * x + 0.03) / (x * (2.43 * x + 0.59) + 0.14), 0.0, 1.0);
  return pow(y, 1.0 / 2.2);
}

@compute @workgroup_size(64)
fn develop(@builtin(global_invocation_id) id: vec3u) {
  let light = sums[id.x].rgb * (scene[6].z / f32(develop_args.samples)); // exposed
  let r = u32(film(light.r) * 255.0 + 0.5);
  let g = u32(film(light.g) * 255.0 + 0.5);
  let b = u32(film(light.b) * 255.0 + 0.5);
  pixels[id.x] = r | (g << 8u) | (b << 16u) | 0xff000000u;
}
