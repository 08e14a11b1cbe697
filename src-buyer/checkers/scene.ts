import { PNG } from 'pngjs';
import { z } from 'zod';
import { quote, said } from '../../src-shared/said.ts';
import { Scene, tracePixel } from './scene-reference.ts';
import type { Verdict } from './verdict.ts';

const WIDTH = 640;
const HEIGHT = 360;
/** As many as the job takes, so that noise bends both pictures alike on their way through the film curve. */
const SAMPLES = 48;

/** Places where the picture is traced again, at least one in every tile: upper left corners of squares of this side. */
const PATCH = 12;
const PATCHES = [
  { name: 'the sky on the left', x: 24, y: 40 },
  { name: 'the sky above the glass', x: 200, y: 60 },
  { name: 'the top of the gold sphere', x: 384, y: 108 },
  { name: 'the sky on the right', x: 560, y: 60 },
  { name: 'the green sphere', x: 24, y: 180 },
  { name: 'the glass sphere', x: 208, y: 170 },
  { name: 'the red sphere', x: 330, y: 222 },
  { name: 'the blue sphere', x: 500, y: 150 },
  { name: 'the floor on the left', x: 60, y: 320 },
  { name: 'a lamp', x: 246, y: 242 },
  { name: 'the floor in front', x: 400, y: 320 },
  { name: 'the floor on the right', x: 590, y: 310 },
] as const;

/**
 * How far the mean of a patch may lie from the reference, in levels of 255. 144 pixels of 48 paths each scatter by up to
 * 1.3 levels on the noisy floor; a scene lit brighter by a tenth differs by six or more in the sky.
 */
const MAX_DIFFERENCE = 5;

/** A pixel that differs from all its neighbours by more than this is a speck; a share of them is left by 48 samples. */
const SPECK = 48;
const MAX_SPECKS = 0.004;

/** The film curve of K. Narkowicz (2015) and the exponent of a screen: light to levels of 255. */
function film(light: number): number {
  const y = (light * (2.51 * light + 0.03)) / (light * (2.43 * light + 0.59) + 0.14);
  return Math.round(255 * Math.min(Math.max(y, 0), 1) ** (1 / 2.2));
}

/** Mulberry32 (T. Ettinger, public domain): repeatable, so that a verdict is. */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

type Mean = readonly [number, number, number];

function meanOf(at: (x: number, y: number) => Mean, left: number, top: number): Mean {
  const sum: [number, number, number] = [0, 0, 0];
  for (let y = top; y < top + PATCH; y++)
    for (let x = left; x < left + PATCH; x++) {
      const [r, g, b] = at(x, y);
      sum[0] += r;
      sum[1] += g;
      sum[2] += b;
    }
  const n = PATCH * PATCH;
  return [sum[0] / n, sum[1] / n, sum[2] / n];
}

function speckShare(picture: PNG): number {
  const green = (x: number, y: number) => picture.data[4 * (y * WIDTH + x) + 1] ?? 0;
  let specks = 0;
  for (let y = 1; y < HEIGHT - 1; y++)
    for (let x = 1; x < WIDTH - 1; x++) {
      const here = green(x, y);
      const around = [green(x - 1, y), green(x + 1, y), green(x, y - 1), green(x, y + 1)];
      if (around.every((there) => Math.abs(there - here) > SPECK)) specks += 1;
    }
  return specks / (WIDTH * HEIGHT);
}

function decode(picture: Uint8Array): PNG | string {
  try {
    return PNG.sync.read(Buffer.from(picture));
  } catch (error) {
    return `the picture is not a PNG: ${error instanceof Error ? error.message : error}`;
  }
}

/**
 * Checks the picture against a few patches traced again on this computer's processor (about a second; it lets other
 * work in between). `scene` is the text of scene.json, `picture` the bytes of scene.png.
 */
export async function checkScene({
  scene: text,
  picture: bytes,
}: {
  readonly scene: string;
  readonly picture: Uint8Array;
}): Promise<Verdict> {
  const wrong = (verdict: string): Verdict => ({ ok: false, verdict: quote(verdict) });
  const scene = Scene.safeParse(JSON.parse(text));
  if (!scene.success) return wrong(`scene.json: ${z.prettifyError(scene.error)}`);
  const picture = decode(bytes);
  if (typeof picture === 'string') return wrong(picture);
  if (picture.width !== WIDTH || picture.height !== HEIGHT)
    return wrong(`the picture has ${picture.width} x ${picture.height} pixels, not 640 x 360`);

  const exposed = (light: number) => film(light * scene.data.floor.exposure);
  let largest = 0;
  for (const [i, { name, x: left, y: top }] of PATCHES.entries()) {
    const random = randomFrom(i + 1);
    const traced = meanOf(
      (x, y) => {
        const at = { x, y, width: WIDTH, height: HEIGHT };
        const [r, g, b] = tracePixel(scene.data, at, SAMPLES, random);
        return [exposed(r), exposed(g), exposed(b)];
      },
      left,
      top,
    );
    const shown = meanOf(
      (x, y) => {
        const p = 4 * (y * WIDTH + x);
        return [picture.data[p] ?? 0, picture.data[p + 1] ?? 0, picture.data[p + 2] ?? 0];
      },
      left,
      top,
    );
    const difference = Math.max(...shown.map((level, c) => Math.abs(level - (traced[c] ?? 0))));
    if (difference > MAX_DIFFERENCE)
      return wrong(
        `${name} is (${shown.map(Math.round)}) in the picture, traced again it is (${traced.map(Math.round)})`,
      );
    largest = Math.max(largest, difference);
    await new Promise((resume) => setImmediate(resume));
  }
  const specks = speckShare(picture);
  if (specks > MAX_SPECKS)
    return wrong(`${(100 * specks).toFixed(2)} % of the pixels are specks: the picture is noisy`);
  return {
    ok: true,
    verdict: said('sceneRight', {
      count: String(PATCHES.length),
      most: { figure: largest, digits: 1 },
    }),
  };
}
