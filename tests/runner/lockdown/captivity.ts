import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import koffi from 'koffi';
import { z } from 'zod';
import { converse } from '../../../src-main/children/pipe-child.ts';
import { runnerEnvironment } from '../../../src-main/runner/environment.ts';
import { Lockdown } from '../../../src-shared/lockdown.ts';
import { CHANNEL_SIGN } from '../../../src-shared/runner-channel.ts';
import { bundle } from '../../worlds/bundle.ts';
import { mailbox } from '../../worlds/mailbox.ts';
import type { Target } from './target.ts';

export const isLinux = process.platform === 'linux' && process.arch === 'x64';
export const hasLandlock = isLinux && landlockVersion() > 0;
/** Said where the tests of it are skipped. */
export const NO_SANDBOX = 'the sandbox of Linux: this is not Linux on x64';
export const NO_LANDLOCK = 'Landlock: this kernel has none';

/** What a refused call says. */
export const REFUSED = /^(?:EPERM|EACCES)$/;

function landlockVersion(): number {
  const syscall = koffi.load(null).func('long syscall(long, ...)');
  return Number(syscall(444, 'void *', null, 'size_t', 0, 'uint32_t', 1));
}

const Said = z.union([
  z.object({ what: z.literal('ready'), lockdown: Lockdown }),
  z.object({ what: z.string(), outcome: z.string() }),
]);

/** Starts captives (captive.ts) on a machine where there is something to get at. */
export async function openCaptivity() {
  const captive = await bundle('tests/runner/lockdown/captive.ts');
  const starter = await bundle('tests/runner/lockdown/odd-starter.ts');
  const root = mkdtempSync(join(tmpdir(), 'offpeak-target-'));
  const home = join(root, 'home');
  mkdirSync(home);
  writeFileSync(join(home, 'id_ed25519'), 'a secret');
  const servers: Server[] = [];
  const listening = async (place: number | string): Promise<Server> => {
    const server = createServer((socket) => socket.destroy());
    servers.push(server);
    await once(server.listen(place), 'listening');
    return server;
  };
  const service = join(root, 'service.sock');
  await listening(service);
  const { port } = (await listening(0)).address() as AddressInfo;
  const on: Target = { home, port, service, parent: process.pid };
  /** A file that is open in the process that starts captives. */
  const leftOpen = openSync(join(home, 'id_ed25519'), 'r+');
  const running = new Set<ChildProcess>();

  /** `more`: of the environment that main passes on. `odd`: words for odd-starter.ts, where that is to start it. */
  async function capture(more: Record<string, string> = {}, odd: readonly string[] = []) {
    const words = odd.length > 0 ? [starter.file, captive.file, ...odd] : [captive.file];
    const child = spawn(process.execPath, words, {
      env: {
        ...runnerEnvironment({ PATH: '/usr/bin', SECRET: 'token', ...more }),
        PATH: '/usr/bin',
        [CHANNEL_SIGN]: '1',
      },
      // The last one is left open by mistake, as Chromium does.
      stdio: ['pipe', 'ignore', 'inherit', 'pipe', leftOpen],
    });
    running.add(child);
    const box = mailbox<z.infer<typeof Said>>();
    const post = converse(child, (message) => box.put(Said.parse(message)));
    child.once('close', (code, signal) => {
      box.put({ what: 'the end', outcome: String(signal ?? code) });
    });
    let heard = 0;
    const hear = () => {
      const next = heard++;
      return box.until(() => box.seen().length > next).then(() => box.seen()[next]);
    };
    const ready = await hear();
    if (!ready || !('lockdown' in ready)) throw new Error(`the captive is gone: ${ready?.outcome}`);
    return {
      pid: child.pid ?? 0,
      lockdown: ready.lockdown,
      async attempt(what: string): Promise<string> {
        post({ what, on });
        const said = await hear();
        return said && 'outcome' in said ? said.outcome : 'started again';
      },
    };
  }

  return {
    on,
    root,
    capture,
    killAll(): void {
      for (const child of running) child.kill('SIGKILL');
      running.clear();
    },
    remove(): void {
      closeSync(leftOpen);
      for (const server of servers) server.close();
      for (const built of [captive, starter]) built.remove();
      rmSync(root, { recursive: true, force: true });
    },
  };
}
export type Captivity = Awaited<ReturnType<typeof openCaptivity>>;
