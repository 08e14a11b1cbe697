import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Writes files below a folder. */
export function write(folder: string, files: Record<string, string | Uint8Array>): void {
  for (const [name, data] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), data);
  }
}

/** A job file for an array of `array` tiles of 2 x 1 pixels, with the files it names. */
export const tilesJob = (array: number, across = 2) => ({
  'prog/paint.wgsl': '@compute @workgroup_size(1) fn main() {}',
  'scene.json': '{"lamps": [{"at": [1, 2.5]}, 3]}',
  'job.json': JSON.stringify({
    kind: 'kernel',
    title: 'Tiles',
    array,
    programs: { webgpu: 'prog/paint.wgsl' },
    buffers: {
      scene: { input: { as: 'json-f32', file: 'scene.json' }, constant: true },
      pixels: { size: 8 },
    },
    stages: [
      {
        count: 3,
        launches: [
          {
            entry: 'main',
            grid: [1, 1, 1],
            block: [1, 1, 1],
            args: [
              { kind: 'buffer', name: 'scene' },
              { kind: 'buffer', name: 'pixels' },
              { kind: 'index', times: 10, plus: 5 },
            ],
          },
        ],
      },
    ],
    outputs: { pixels: { as: 'png', file: 'out/tiles.png', tileWidth: 2, tileHeight: 1, across } },
    pay: 1000,
    needs: { vram: 1024, seconds: 1 },
  }),
});
