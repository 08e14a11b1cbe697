import { z } from 'zod';

// A second path tracer, written from the description of the first (examples/scene), in double precision and with plain
// random numbers: slow, and used for a few pixels only. What both get wrong in the same way it cannot find.

type V3 = readonly [number, number, number];
const V3 = z.tuple([z.number(), z.number(), z.number()]);

/** examples/scene/scene.json. Lengths in metres, light in units of its own. Lamps come first. */
export const Scene = z.object({
  camera: z.object({
    eye: V3,
    target: V3,
    /** Half the height of the picture, one metre in front of the eye. */
    halfHeight: z.number(),
    aperture: z.number(),
    focus: z.number(),
  }),
  sky: z.object({ zenith: V3, horizon: V3, sun: V3, sunColour: V3, sunSharpness: z.number() }),
  floor: z.object({
    colour: V3,
    roughness: z.number(),
    exposure: z.number(),
    haze: z.number(),
  }),
  spheres: z.array(
    z.object({
      centre: V3,
      radius: z.number().positive(),
      colour: V3,
      metal: z.number(),
      roughness: z.number(),
      glass: z.number(),
      glow: z.number(),
      coat: z.number(),
    }),
  ),
});
export type Scene = z.infer<typeof Scene>;
type Sphere = Scene['spheres'][number];

const add = (a: V3, b: V3): V3 => [a[0] + b[0], a[1] + b[1], a[2] + b[2]];
const sub = (a: V3, b: V3): V3 => [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
const mul = (a: V3, b: V3): V3 => [a[0] * b[0], a[1] * b[1], a[2] * b[2]];
const scale = (s: number, a: V3): V3 => [s * a[0], s * a[1], s * a[2]];
const dot = (a: V3, b: V3): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
const unit = (a: V3): V3 => scale(1 / Math.sqrt(dot(a, a)), a);
const cross = (a: V3, b: V3): V3 => [
  a[1] * b[2] - a[2] * b[1],
  a[2] * b[0] - a[0] * b[2],
  a[0] * b[1] - a[1] * b[0],
];
const limit = (a: V3, most: number): V3 => [
  Math.min(a[0], most),
  Math.min(a[1], most),
  Math.min(a[2], most),
];
const mirror = (d: V3, n: V3): V3 => sub(d, scale(2 * dot(d, n), n));

/** The same limits as the kernels': they are part of what the picture shows. */
const BOUNCES = 6;
const BRIGHTEST = 6;
const BRIGHTEST_SCATTERED = 1;
const SKIN = 1e-3;
const FLOOR_COAT = 0.04;
const LEAST_SHARE = 0.25;
const FAINT = 0.01;

const schlick = (cosine: number, headOn: number): number =>
  headOn + (1 - headOn) * Math.min(Math.max(1 - cosine, 0), 1) ** 5;

function distanceTo({ centre, radius }: Sphere, origin: V3, direction: V3): number {
  const away = sub(origin, centre);
  const b = dot(away, direction);
  const root = Math.sqrt(b * b - dot(away, away) + radius * radius);
  if (-b - root > SKIN) return -b - root;
  return root - b > SKIN ? root - b : Number.POSITIVE_INFINITY; // not a number: no hit
}

function skyAt({ sky }: Scene, direction: V3): V3 {
  const height = Math.max(direction[1], 0);
  const glow = Math.exp(sky.sunSharpness * (dot(direction, unit(sky.sun)) - 1)) * (1 - height);
  const rise = Math.sqrt(height);
  const plain = add(scale(1 - rise, sky.horizon), scale(rise, sky.zenith));
  return add(plain, scale(glow, sky.sunColour));
}

/** A direction around `axis`, uniform or not as `cosine` is, at angle `turn` (in turns). */
function around(axis: V3, cosine: number, turn: number): V3 {
  const side = unit(cross(Math.abs(axis[0]) < 0.9 ? [1, 0, 0] : [0, 1, 0], axis));
  const other = cross(axis, side);
  const sine = Math.sqrt(Math.max(1 - cosine * cosine, 0));
  const angle = 2 * Math.PI * turn;
  const flat = add(scale(Math.cos(angle), side), scale(Math.sin(angle), other));
  return add(scale(sine, flat), scale(cosine, axis));
}

type Hit = { readonly distance: number; readonly sphere: Sphere | 'floor' };

function nearest(scene: Scene, origin: V3, direction: V3): Hit | null {
  let hit: Hit | null = null;
  const toFloor = direction[1] < 0 ? -origin[1] / direction[1] : 0;
  if (toFloor > SKIN) hit = { distance: toFloor, sphere: 'floor' };
  for (const sphere of scene.spheres) {
    const distance = distanceTo(sphere, origin, direction);
    if (distance < (hit?.distance ?? Number.POSITIVE_INFINITY)) hit = { distance, sphere };
  }
  return hit;
}

/** Light that a white diffuse surface sends on from the lamps: one lamp, a point in the cone it fills. */
function fromLamps(scene: Scene, point: V3, normal: V3, random: () => number): V3 {
  const lamps = scene.spheres.filter(({ glow }) => glow > 0);
  const power = ({ centre, radius, glow }: Sphere) => {
    const toward = sub(centre, point);
    return (glow * radius * radius) / dot(toward, toward);
  };
  const all = lamps.reduce((sum, lamp) => sum + power(lamp), 0);
  let left = random() * all;
  const lamp = lamps.find((one) => {
    left -= power(one);
    return left < 0;
  });
  if (!lamp) return [0, 0, 0];
  const toward = sub(lamp.centre, point);
  const sine2 = (lamp.radius * lamp.radius) / dot(toward, toward);
  if (sine2 >= 1) return [0, 0, 0];
  const edge = Math.sqrt(1 - sine2);
  const direction = around(unit(toward), 1 - random() * (1 - edge), random());
  const facing = dot(normal, direction);
  const seen = facing > 0 ? nearest(scene, point, direction) : null;
  if (seen?.sphere !== lamp) return [0, 0, 0];
  return scale((lamp.glow * facing * 2 * (1 - edge) * all) / power(lamp), lamp.colour);
}

function throughGlass(direction: V3, outward: V3, glass: number, random: () => number): V3 | null {
  const entering = dot(direction, outward) < 0;
  const normal = entering ? outward : scale(-1, outward);
  const ratio = entering ? 1 / glass : glass;
  const facing = -dot(direction, normal);
  const k = 1 - ratio * ratio * (1 - facing * facing);
  const through = Math.sqrt(Math.max(k, 0));
  const reflected =
    k <= 0 ? 1 : schlick(entering ? facing : through, ((glass - 1) / (glass + 1)) ** 2);
  if (random() < reflected) return null;
  return unit(add(scale(ratio, direction), scale(ratio * facing - through, normal)));
}

function tileColour({ floor }: Scene, [x, , z]: V3): V3 {
  const odd = Math.abs(Math.floor(x / 2) + Math.floor(z / 2)) % 2 === 1;
  return scale(odd ? 0.8 : 1, floor.colour);
}

/** The light along one random path from the eye. */
function follow(scene: Scene, from: V3, toward: V3, random: () => number): V3 {
  let [origin, direction] = [from, toward];
  let light: V3 = [0, 0, 0];
  let weight: V3 = [1, 1, 1];
  let seesLamps = true;
  let most = Number.POSITIVE_INFINITY;
  for (let bounce = 0; bounce < BOUNCES; bounce++) {
    const hit = nearest(scene, origin, direction);
    if (!hit) return add(light, limit(mul(weight, skyAt(scene, direction)), most));
    const point = add(origin, scale(hit.distance, direction));
    const floor = hit.sphere === 'floor';
    if (floor) {
      const haze = 1 - Math.exp(-(hit.distance ** 2) * scene.floor.haze);
      const far = skyAt(scene, unit([direction[0], 0, direction[2]]));
      light = add(light, limit(scale(haze, mul(weight, far)), most));
      weight = scale(1 - haze, weight);
    }
    const material =
      hit.sphere === 'floor'
        ? { ...scene.floor, colour: tileColour(scene, point), metal: 0, coat: FLOOR_COAT }
        : hit.sphere;
    if ('glow' in material && material.glow > 0)
      return seesLamps
        ? add(light, limit(scale(material.glow, mul(weight, material.colour)), most))
        : light;
    const normal: V3 =
      hit.sphere === 'floor'
        ? [0, 1, 0]
        : scale(1 / hit.sphere.radius, sub(point, hit.sphere.centre));
    most = Math.min(most, BRIGHTEST);
    origin = point;
    if ('glass' in material && material.glass > 0) {
      const refracted = throughGlass(direction, normal, material.glass, random);
      if (refracted) weight = mul(weight, material.colour);
      direction = refracted ?? mirror(direction, normal);
      seesLamps = true;
      continue;
    }
    const cosine = -dot(direction, normal);
    if (cosine <= 0) return light;
    const coat = schlick(cosine, material.coat);
    const share = Math.max(coat, LEAST_SHARE);
    if (material.metal > 0 || random() < share) {
      const tint = scale(schlick(cosine, 0), sub([1, 1, 1], material.colour));
      const metal = add(material.colour, tint);
      weight = material.metal > 0 ? mul(weight, metal) : scale(coat / share, weight);
      const blur = around([0, 1, 0], 1 - 2 * random(), random());
      direction = unit(add(mirror(direction, normal), scale(material.roughness, blur)));
      if (dot(direction, normal) <= 0) return light;
      seesLamps = true;
    } else {
      weight = scale((1 - coat) / (1 - share), mul(weight, material.colour));
      light = add(light, limit(mul(weight, fromLamps(scene, point, normal, random)), most));
      most = BRIGHTEST_SCATTERED;
      direction = around(normal, Math.sqrt(random()), random());
      seesLamps = false;
    }
    if (Math.max(...weight) < FAINT) return light;
  }
  return light;
}

/** The mean light of `samples` paths through the pixel (x, y) of a picture of `width` by `height`. */
export function tracePixel(
  scene: Scene,
  at: { readonly x: number; readonly y: number; readonly width: number; readonly height: number },
  samples: number,
  random: () => number,
): V3 {
  const { eye, target, halfHeight, aperture, focus } = scene.camera;
  const toward = unit(sub(target, eye));
  const right = unit(cross(toward, [0, 1, 0]));
  const up = cross(right, toward);
  let sum: V3 = [0, 0, 0];
  for (let i = 0; i < samples; i++) {
    const across = ((2 * (at.x + random()) - at.width) / at.height) * halfHeight;
    const down = ((2 * (at.y + random()) - at.height) / at.height) * halfHeight;
    const sharp = scale(focus, add(toward, sub(scale(across, right), scale(down, up))));
    const lens = aperture * Math.sqrt(random());
    const angle = 2 * Math.PI * random();
    const shift = add(scale(lens * Math.cos(angle), right), scale(lens * Math.sin(angle), up));
    sum = add(sum, follow(scene, add(eye, shift), unit(sub(sharp, shift)), random));
  }
  return scale(1 / samples, sum);
}
