import { spawn } from 'node:child_process';
import { setMaxListeners } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { findProgram } from '../../fakes/find-program.ts';
import { openSteamHome } from '../../worlds/computer/steam-home.ts';
import { quantile } from '../figures.ts';
import { type BoincClient, openBoinc } from './boinc-rpc.ts';
import { startGame } from './game-clock.ts';
import { GAME_PROGRAM } from './gaming-machine.ts';

export type BoincNotice = { readonly p50: number; readonly n: number };

/** BOINC looks every ten seconds; clients that began at random moments of them each give one independent figure. */
const CLIENTS = 20;
const PERIOD_MS = 10_000;
const ASK_EVERY_MS = 50;
/** A client answers a second after its start; its first looks are done a period later. */
const UP_WITHIN_MS = 30_000;
const NOTICED_WITHIN_MS = 60_000;
const PASSWORD = 'bench';

/** No project, no look at the network, and nothing to compute: only the list of programs that it makes way for. */
const CONFIG = `<cc_config><options>
<exclusive_app>${GAME_PROGRAM}</exclusive_app>
<skip_cpu_benchmarks>1</skip_cpu_benchmarks>
<dont_contact_ref_site>1</dont_contact_ref_site>
</options></cc_config>`;
/** No other reason to pause. */
const PREFERENCES = `<global_preferences>
<run_on_batteries>1</run_on_batteries><run_if_user_active>1</run_if_user_active>
<suspend_cpu_usage>0</suspend_cpu_usage>
</global_preferences>`;
const WORDS = ['--allow_multiple_clients', '--no_gpus', '--no_info_fetch', '--suppress_net_info'];

/** How long from the start of a program on its exclusive list until BOINC says so. Null where there is no BOINC. */
export async function measureBoinc(): Promise<BoincNotice | null> {
  const program = findProgram('boinc') ?? findProgram('boinc_client');
  if (program === null) return null;
  const stop = new AbortController();
  setMaxListeners(0, stop.signal);
  const steam = openSteamHome();
  const path = steam.install({ folder: 'Nebula', program: GAME_PROGRAM });
  try {
    const clients = await Promise.all(
      Array.from({ length: CLIENTS }, async () => {
        await wait(Math.random() * PERIOD_MS);
        return startClient(program, stop.signal);
      }),
    );
    // Every one has looked once, so from here on it looks every ten seconds.
    await wait(PERIOD_MS);
    const already = await Promise.all(clients.map((client) => client.noticed()));
    if (already.includes(true)) throw new Error('BOINC sees a program that does not run yet');
    const game = await startGame(path, stop.signal);
    const times = await Promise.all(clients.map(async (c) => (await noticedAt(c)) - game.at));
    await game.end();
    return { p50: quantile(times, 0.5), n: times.length };
  } finally {
    stop.abort();
    steam.remove();
  }
}

/** A client with a folder of its own, until `signal`. */
async function startClient(program: string, signal: AbortSignal): Promise<BoincClient> {
  const folder = mkdtempSync(join(tmpdir(), 'offpeak-boinc-'));
  writeFileSync(join(folder, 'cc_config.xml'), CONFIG);
  writeFileSync(join(folder, 'global_prefs_override.xml'), PREFERENCES);
  writeFileSync(join(folder, 'gui_rpc_auth.cfg'), PASSWORD, { mode: 0o600 });
  const port = await freePort();
  const words = ['--dir', folder, '--gui_rpc_port', String(port), ...WORDS];
  const { DISPLAY: _, ...env } = process.env;
  const child = spawn(program, words, { cwd: folder, env, stdio: 'ignore' });
  child.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  signal.addEventListener('abort', () => child.kill('SIGKILL'), { once: true });
  for (const until = Date.now() + UP_WITHIN_MS; ; await wait(ASK_EVERY_MS)) {
    try {
      const client = await openBoinc(port, PASSWORD);
      signal.addEventListener('abort', client.close, { once: true });
      return client;
    } catch (error) {
      if (Date.now() > until) throw error;
    }
  }
}

/** The moment of the last look that did not yet show it: never later than when BOINC knew. */
async function noticedAt(client: BoincClient): Promise<number> {
  const until = Date.now() + NOTICED_WITHIN_MS;
  for (let last = Date.now(); ; await wait(ASK_EVERY_MS)) {
    const asked = Date.now();
    if (await client.noticed()) return last;
    if (asked > until) throw new Error('BOINC does not notice the program');
    last = asked;
  }
}

/** A port that nobody uses now. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  await new Promise((done) => server.close(done));
  if (typeof address !== 'object' || address === null) throw new Error('no port is free');
  return address.port;
}
