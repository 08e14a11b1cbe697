import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { said } from '../../src-shared/said.ts';
import { checkOptions } from './options.ts';
import { checkScene } from './scene.ts';
import type { Verdict } from './verdict.ts';

/**
 * Checks the results of an example job with its own checker. `source` is the folder of its job file, `results` that of
 * its outputs. A file that cannot be read is a verdict too.
 */
export async function checkExample(
  id: 'options' | 'scene',
  source: string,
  results: string,
): Promise<Verdict> {
  try {
    switch (id) {
      case 'options':
        return checkOptions({
          contracts: await readFile(join(source, 'contracts.csv'), 'utf8'),
          prices: await readFile(join(results, 'prices.csv'), 'utf8'),
        });
      case 'scene':
        return await checkScene({
          scene: await readFile(join(source, 'scene.json'), 'utf8'),
          picture: await readFile(join(results, 'scene.png')),
        });
    }
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
    return { ok: false, verdict: said('unchecked', { why: error.message }) };
  }
}
