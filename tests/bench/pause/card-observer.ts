import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

const program = fileURLToPath(new URL('./card-observer.mjs', import.meta.url));

const Desktop = z.object({ desktop: z.number() });
const Used = z.object({ used: z.number() });
const Freed = z.object({ gone: z.number(), free: z.number() });

/** When a runner's process was seen gone, and the card's memory free. Milliseconds since 1970, with fractions. */
export type Freed = z.infer<typeof Freed>;

export type CardObserver = {
  /** Resolves once somebody holds memory on the card: a job is loaded. */
  readonly work: () => Promise<void>;
  /** Resolves when it watches; `freed` resolves with what it saw. */
  readonly watch: (runner: number) => Promise<{ readonly freed: Promise<Freed> }>;
  readonly close: () => void;
};

/** Starts a process that watches the card. Start it while nothing but the desktop uses the card. */
export async function openCardObserver(card: Readonly<Record<string, string>>) {
  const child = spawn(process.execPath, [program], {
    env: { ...process.env, ...card },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async (): Promise<unknown> =>
    JSON.parse(z.string().parse((await lines.next()).value));
  const { desktop } = Desktop.parse(await next());
  const observer: CardObserver = {
    async work() {
      child.stdin.write('work\n');
      Used.parse(await next());
    },
    async watch(runner) {
      child.stdin.write(`${runner}\n`);
      const { used } = Used.parse(await next());
      if (used <= desktop) throw new Error('a job runs and holds no memory');
      return { freed: next().then((line) => Freed.parse(line)) };
    },
    close: () => void child.kill('SIGKILL'),
  };
  return observer;
}
