// A path tracer for spheres on a glossy floor under an evening sky: what scene.wgsl does, function by function, and its
// comments say how. Built from IEEE operations only, so a tile has the same bits on every card.
#include "cu-math.h"

struct vec3 { float x, y, z; };
struct alignas(16) vec4 { float x, y, z, w; };

#define FN static __device__ __forceinline__
FN vec3 v(float x, float y, float z) { return {x, y, z}; }
FN vec3 xyz(vec4 a) { return {a.x, a.y, a.z}; }
FN vec3 operator+(vec3 a, vec3 b) { return {a.x + b.x, a.y + b.y, a.z + b.z}; }
FN vec3 operator-(vec3 a, vec3 b) { return {a.x - b.x, a.y - b.y, a.z - b.z}; }
FN vec3 operator*(vec3 a, vec3 b) { return {a.x * b.x, a.y * b.y, a.z * b.z}; }
FN vec3 operator*(float s, vec3 a) { return {s * a.x, s * a.y, s * a.z}; }
FN float dot(vec3 a, vec3 b) { return fmaf(a.x, b.x, fmaf(a.y, b.y, a.z * b.z)); }
FN vec3 unit(vec3 a) { return (1.0f / sqrtf(dot(a, a))) * a; }
FN vec3 cross(vec3 a, vec3 b) { return {a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x}; }
FN vec3 at_most(vec3 a, float most) { return {fminf(a.x, most), fminf(a.y, most), fminf(a.z, most)}; }
FN vec3 reflect(vec3 d, vec3 n) { return d - 2.0f * dot(d, n) * n; }
FN float clamp(float x, float low, float high) { return fminf(fmaxf(x, low), high); }

#define BOUNCES 6u
#define FAR 1e9f
#define FLOOR -1
#define SKY -2
#define BRIGHTEST 6.0f
#define BRIGHTEST_SCATTERED 1.0f
#define SPHERES 7u

struct Hit { float distance; int sphere; };
struct Surface { vec3 point, normal, colour; float metal, roughness, glass, glow, coat; };
struct Ray { vec3 origin, direction; };
struct Scene { const vec4* data; unsigned lamps, spheres; };
struct Two { float x, y; };

// ---- numbers

FN unsigned mix_bits(unsigned x) {
  x = x * 747796405u + 2891336453u;
  x = ((x >> ((x >> 28) + 4u)) ^ x) * 277803737u;
  return (x >> 22) ^ x;
}

FN unsigned scramble(unsigned x, unsigned seed) {
  x += seed;
  x ^= x * 0x6c50b47cu;
  x ^= x * 0xb82f1e52u;
  x ^= x * 0xc7afe638u;
  return x ^ (x * 0x8d22f6e6u);
}

FN float fraction(unsigned bits) { return (float)(bits >> 8) * 5.9604645e-8f; }

FN Two two_numbers(unsigned sample, unsigned seed) {
  unsigned index = scramble(sample, seed) & 255u, second = 0u, v = 0x80000000u;
  for (unsigned i = index; i > 0u; i >>= 1) {
    if (i & 1u) second ^= v;
    v ^= v >> 1;
  }
  unsigned x = __brev(scramble(index, mix_bits(seed ^ 0x5bd1e995u)));
  unsigned y = __brev(scramble(__brev(second), mix_bits(seed ^ 0x27d4eb2fu)));
  return {fraction(x), fraction(y)};
}

// ---- geometry

FN vec3 frame(vec3 n, vec3 local) {
  float s = n.z >= 0.0f ? 1.0f : -1.0f;
  float a = -1.0f / (s + n.z), b = n.x * n.y * a;
  return local.x * v(1.0f + s * n.x * n.x * a, s * b, -s * n.x) + local.y * v(b, s + n.y * n.y * a, -n.y) + local.z * n;
}

FN float distance_to(vec4 ball, vec3 origin, vec3 direction) {
  vec3 away = origin - xyz(ball);
  float b = dot(away, direction);
  vec3 nearest = away - b * direction;
  float inside = ball.w * ball.w - dot(nearest, nearest);
  if (inside <= 0.0f) return FAR;
  float half = sqrtf(inside);
  float t = -b - half > 1e-3f ? -b - half : half - b;
  return t > 1e-3f ? t : FAR;
}

FN Hit trace_ray(const Scene& scene, vec3 origin, vec3 direction) {
  Hit hit = {FAR, SKY};
  if (direction.y < 0.0f) {
    float t = -origin.y / direction.y;
    if (t > 1e-3f) hit = {t, FLOOR};
  }
  for (unsigned n = 0u; n < scene.spheres; n++) {
    float t = distance_to(scene.data[SPHERES + 3u * n], origin, direction);
    if (t < hit.distance) hit = {t, (int)n};
  }
  return hit;
}

FN bool is_blocked(const Scene& scene, vec3 origin, vec3 direction, float until) {
  for (unsigned n = 0u; n < scene.spheres; n++)
    if (distance_to(scene.data[SPHERES + 3u * n], origin, direction) < until) return true;
  return false;
}

// ---- light

FN vec3 sky(const vec4* s, vec3 direction) {
  vec3 zenith = v(s[2].y, s[2].z, s[2].w), horizon = xyz(s[3]);
  vec3 sun = unit(v(s[3].w, s[4].x, s[4].y)), colour = v(s[4].z, s[4].w, s[5].x);
  float height = fmaxf(direction.y, 0.0f), rise = sqrtf(height);
  float glow = cu_exp(s[5].y * (dot(direction, sun) - 1.0f)) * (1.0f - height);
  return (1.0f - rise) * horizon + rise * zenith + glow * colour;
}

FN Surface surface_at(const vec4* s, Hit hit, vec3 origin, vec3 direction) {
  vec3 point = origin + hit.distance * direction;
  if (hit.sphere == FLOOR) {
    int odd = ((int)floorf(point.x * 0.5f) + (int)floorf(point.z * 0.5f)) & 1;
    vec3 colour = (odd ? 0.8f : 1.0f) * v(s[5].z, s[5].w, s[6].x);
    return {v(point.x, 0.0f, point.z), v(0.0f, 1.0f, 0.0f), colour, 0.0f, s[6].y, 0.0f, 0.0f, 0.04f};
  }
  unsigned i = SPHERES + 3u * (unsigned)hit.sphere;
  vec4 ball = s[i], paint = s[i + 1u], kind = s[i + 2u];
  vec3 normal = (1.0f / ball.w) * (point - xyz(ball));
  return {xyz(ball) + ball.w * normal, normal, xyz(paint), paint.w, kind.x, kind.y, kind.z, kind.w};
}

FN float schlick(float cosine, float head_on) {
  float m = clamp(1.0f - cosine, 0.0f, 1.0f);
  return head_on + (1.0f - head_on) * m * m * m * m * m;
}

FN float lamp_share(const vec4* s, unsigned n, vec3 point) {
  vec4 ball = s[SPHERES + 3u * n];
  vec3 toward = xyz(ball) - point;
  return s[SPHERES + 3u * n + 2u].z * ball.w * ball.w / dot(toward, toward);
}

FN vec3 lamp_light(const Scene& scene, vec3 point, vec3 normal, Two u) {
  const vec4* s = scene.data;
  float all = 0.0f;
  for (unsigned n = 0u; n < scene.lamps; n++) all += lamp_share(s, n, point);
  unsigned chosen = 0u;
  float before = 0.0f, share = lamp_share(s, 0u, point);
  while (chosen + 1u < scene.lamps && before + share <= u.x * all) {
    before += share;
    chosen += 1u;
    share = lamp_share(s, chosen, point);
  }
  float within = clamp((u.x * all - before) / share, 0.0f, 1.0f);
  unsigned i = SPHERES + 3u * chosen;
  vec4 ball = s[i];
  vec3 toward = xyz(ball) - point;
  float apart = dot(toward, toward), sine2 = ball.w * ball.w / apart;
  if (sine2 >= 1.0f) return v(0.0f, 0.0f, 0.0f);
  float narrow = sine2 / (1.0f + sqrtf(1.0f - sine2)), cosine = 1.0f - within * narrow;
  float sine = sqrtf(fmaxf(1.0f - cosine * cosine, 0.0f)), turn_sine, turn_cosine;
  cu_sincos(u.y, &turn_sine, &turn_cosine);
  vec3 direction = frame((1.0f / sqrtf(apart)) * toward, v(sine * turn_cosine, sine * turn_sine, cosine));
  float facing = dot(normal, direction);
  if (facing <= 0.0f) return v(0.0f, 0.0f, 0.0f);
  float until = distance_to(ball, point, direction);
  if (until >= FAR || is_blocked(scene, point, direction, until - 1e-3f)) return v(0.0f, 0.0f, 0.0f);
  return (s[i + 2u].z * facing * 2.0f * narrow * all / share) * xyz(s[i + 1u]);
}

FN Ray camera_ray(const vec4* s, float width, float height, float x, float y, Two lens) {
  vec3 eye = xyz(s[0]);
  vec3 toward = unit(v(s[0].w, s[1].x, s[1].y) - eye);
  vec3 right = unit(cross(toward, v(0.0f, 1.0f, 0.0f))), up = cross(right, toward);
  float across = (2.0f * x - width) / height * s[1].z, down = (2.0f * y - height) / height * s[1].z;
  vec3 focus = s[2].x * (toward + across * right - down * up);
  float radius = s[1].w * sqrtf(lens.x), sine, cosine;
  cu_sincos(lens.y, &sine, &cosine);
  vec3 offset = radius * (cosine * right + sine * up);
  return {eye + offset, unit(focus - offset)};
}

FN vec3 reflect_rough(vec3 direction, vec3 normal, float roughness, Two u) {
  float z = 1.0f - 2.0f * u.x, r = roughness * sqrtf(fmaxf(1.0f - z * z, 0.0f)), sine, cosine;
  cu_sincos(u.y, &sine, &cosine);
  return unit(reflect(direction, normal) + v(r * cosine, r * sine, roughness * z));
}

FN vec3 radiance(const Scene& scene, Ray ray, unsigned sample, unsigned pixel_seed) {
  vec3 light = v(0.0f, 0.0f, 0.0f), weight = v(1.0f, 1.0f, 1.0f), one = v(1.0f, 1.0f, 1.0f);
  bool sees_lamps = true;
  float brightest = FAR;
  for (unsigned bounce = 0u; bounce < BOUNCES; bounce++) {
    Hit hit = trace_ray(scene, ray.origin, ray.direction);
    if (hit.sphere == SKY) return light + at_most(weight * sky(scene.data, ray.direction), brightest);
    Surface s = surface_at(scene.data, hit, ray.origin, ray.direction);
    if (hit.sphere == FLOOR) {
      float haze = 1.0f - cu_exp(-hit.distance * hit.distance * scene.data[6].w);
      vec3 far = sky(scene.data, unit(v(ray.direction.x, 0.0f, ray.direction.z)));
      light = light + at_most(haze * weight * far, brightest);
      weight = (1.0f - haze) * weight;
    }
    if (s.glow > 0.0f) return sees_lamps ? light + at_most(s.glow * weight * s.colour, brightest) : light;
    brightest = fminf(brightest, BRIGHTEST);
    unsigned seed = mix_bits(pixel_seed + 3u * bounce + 2u);
    Two u = two_numbers(sample, seed);
    float cosine = -dot(ray.direction, s.normal);
    if (s.glass > 0.0f) {
      bool entering = cosine > 0.0f;
      vec3 normal = entering ? s.normal : -1.0f * s.normal;
      float ratio = entering ? 1.0f / s.glass : s.glass;
      float head_on = (s.glass - 1.0f) * (s.glass - 1.0f) / ((s.glass + 1.0f) * (s.glass + 1.0f));
      float facing = fabsf(cosine), k = 1.0f - ratio * ratio * (1.0f - facing * facing);
      float through = sqrtf(fmaxf(k, 0.0f));
      float reflected = k <= 0.0f ? 1.0f : schlick(entering ? facing : through, head_on);
      ray.origin = s.point;
      if (u.x < reflected) ray.direction = reflect(ray.direction, normal);
      else {
        ray.direction = unit(ratio * ray.direction + (ratio * facing - through) * normal);
        weight = weight * s.colour;
      }
      sees_lamps = true;
      continue;
    }
    if (cosine <= 0.0f) return light;
    float coat = schlick(cosine, s.coat), share = fmaxf(coat, 0.25f);
    bool mirrors = u.x < share;
    if (s.metal == 0.0f) u.x = mirrors ? u.x / share : (u.x - share) / (1.0f - share);
    if (s.metal > 0.0f || mirrors) {
      weight = weight * (s.metal > 0.0f ? s.colour + schlick(cosine, 0.0f) * (one - s.colour) : (coat / share) * one);
      ray.direction = reflect_rough(ray.direction, s.normal, s.roughness, u);
      if (dot(ray.direction, s.normal) <= 0.0f) return light;
      sees_lamps = true;
    } else {
      weight = ((1.0f - coat) / (1.0f - share)) * weight * s.colour;
      Two w = two_numbers(sample, mix_bits(seed + 1u));
      light = light + at_most(weight * lamp_light(scene, s.point, s.normal, w), brightest);
      brightest = BRIGHTEST_SCATTERED;
      float r = sqrtf(u.x), turn_sine, turn_cosine;
      cu_sincos(u.y, &turn_sine, &turn_cosine);
      ray.direction = frame(s.normal, v(r * turn_cosine, r * turn_sine, sqrtf(fmaxf(1.0f - u.x, 0.0f))));
      sees_lamps = false;
    }
    ray.origin = s.point;
    if (fmaxf(weight.x, fmaxf(weight.y, weight.z)) < 0.01f) return light;
  }
  return light;
}

extern "C" {

__global__ void trace(const vec4* data, vec4* sums, unsigned sample, unsigned tile, unsigned across, unsigned width,
                      unsigned height, unsigned lamps, unsigned spheres) {
  Scene scene = {data, lamps, spheres};
  unsigned wide = gridDim.x * 8u, high = gridDim.y * 8u;
  unsigned in_x = blockIdx.x * 8u + threadIdx.x, in_y = blockIdx.y * 8u + threadIdx.y;
  unsigned x = tile % across * wide + in_x, y = tile / across * high + in_y;
  unsigned seed = mix_bits(y * width + x);
  Two jitter = two_numbers(sample, seed), lens = two_numbers(sample, mix_bits(seed + 1u));
  Ray ray = camera_ray(data, (float)width, (float)height, (float)x + jitter.x, (float)y + jitter.y, lens);
  vec3 light = radiance(scene, ray, sample, seed);
  vec4* sum = &sums[in_y * wide + in_x];
  *sum = {sum->x + light.x, sum->y + light.y, sum->z + light.z, sum->w + 1.0f};
}

FN unsigned film(float x) {
  float y = clamp(x * (2.51f * x + 0.03f) / (x * (2.43f * x + 0.59f) + 0.14f), 1e-6f, 1.0f);
  return (unsigned)(cu_exp(cu_log(y) * (1.0f / 2.2f)) * 255.0f + 0.5f);
}

__global__ void develop(const vec4* data, const vec4* sums, unsigned* pixels, unsigned samples) {
  unsigned i = blockIdx.x * blockDim.x + threadIdx.x;
  float exposed = data[6].z / (float)samples;
  vec4 sum = sums[i];
  pixels[i] = film(exposed * sum.x) | film(exposed * sum.y) << 8 | film(exposed * sum.z) << 16 | 0xff000000u;
}
}
