import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { bundle } from '../worlds/bundle.ts';

const Hello = z.object({ url: z.string(), buyerToken: z.string() });

/** An exchange on another machine, as far as the agent can tell: it can go away and come back at its address. */
export async function farExchange() {
  const program = await bundle('tests/flows/exchange-program.ts');
  const folder = mkdtempSync(join(tmpdir(), 'offpeak-exchange-'));
  let child: ChildProcess | null = null;
  let shop: z.infer<typeof Hello> | null = null;

  const start = async (): Promise<z.infer<typeof Hello>> => {
    const port = shop === null ? '0' : new URL(shop.url).port;
    const started = fork(program.file, [folder, port], {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    child = started;
    const [hello] = await Promise.race([
      once(started, 'message'),
      once(started, 'exit').then(([code]) => {
        throw new Error(`the exchange ended with ${code}`);
      }),
    ]);
    const said = Hello.parse(hello);
    if (shop !== null && shop.url !== said.url) throw new Error('the exchange moved');
    shop = said;
    return said;
  };
  /** As a power cut there, or a cable pulled out here. */
  const kill = async (): Promise<void> => {
    const dying = child;
    child = null;
    if (!dying || dying.exitCode !== null) return;
    const gone = once(dying, 'exit');
    dying.kill('SIGKILL');
    await gone;
  };
  return {
    folder,
    start,
    kill,
    end: async () => {
      await kill();
      rmSync(folder, { recursive: true, force: true });
      program.remove();
    },
  };
}
