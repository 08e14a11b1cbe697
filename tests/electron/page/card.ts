import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { buildFakes } from '../../fakes/build.ts';
import { fakeGpuEnvironment } from '../../fakes/gpu-state.ts';

const program = fileURLToPath(new URL('../../fakes/gpu-program.mjs', import.meta.url));

/** What the emulated driver says about the card. */
const Seen = z.object({
  used: z.number(),
  compute: z.array(z.object({ pid: z.number(), bytes: z.number() })),
});
export type Seen = z.infer<typeof Seen>;

/** What an idle card holds for the desktop, bytes. */
export const DESKTOP_MEMORY = 512 * 1024 ** 2;

/** An emulated RTX 3060 in the machine, seen through the driver as any monitoring program sees it. */
export type Card = {
  /** For every program that is to see the card. */
  readonly env: Readonly<Record<string, string>>;
  readonly look: () => Promise<Seen>;
  readonly remove: () => void;
};

/** Puts a card into the machine. `kernelMillis`: how long every kernel takes. */
export async function insertCard(home: string, kernelMillis: number): Promise<Card> {
  const folder = join(home, 'card');
  const env = fakeGpuEnvironment({ fakes: await buildFakes(), folder, kernelMillis });
  const monitor = spawn(process.execPath, [program, 'nvml'], {
    env: { ...process.env, ...env },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: monitor.stdout })[Symbol.asyncIterator]();
  /** One question after the other. */
  let turn: Promise<unknown> = Promise.resolve();
  const ask = async (): Promise<Seen> => {
    monitor.stdin.write('\n');
    const { value } = await lines.next();
    return Seen.parse(JSON.parse(z.string().parse(value)));
  };
  return {
    env,
    look() {
      const answer = turn.then(ask);
      turn = answer.catch(() => undefined);
      return answer;
    },
    remove: () => monitor.kill('SIGKILL'),
  };
}
