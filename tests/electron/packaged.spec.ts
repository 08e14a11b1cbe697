import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { repository } from '../../src-setup/places.mjs';
import { test } from './page/app.ts';
import { insertCard } from './page/card.ts';
import { KERNEL_MILLIS, tellTheThread } from './page/thread-story.ts';

const run = promisify(execFile);
/** Packing copies 250 MB and compresses nothing; the story comes on top. */
const LIMIT_MS = 400_000;

test.skip(process.platform !== 'linux', 'the Linux package is built on Linux');

test('the packaged app does the same: a job makes way for a game, goes on, and is paid once', async ({
  machine,
}) => {
  test.setTimeout(LIMIT_MS);
  const executable = await test.step('pack it', async () => {
    const { stdout } = await run(process.execPath, [
      join(repository, 'src-setup', 'package-linux.mjs'),
    ]);
    return stdout.trim().split('\n').at(-1) ?? '';
  });
  const card = await insertCard(machine.home, KERNEL_MILLIS);
  try {
    await tellTheThread(machine, card, { executable, words: [] });
  } finally {
    card.remove();
  }
});
