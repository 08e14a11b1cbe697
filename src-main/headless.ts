import { mkdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { dataFolder } from '../src-disk/data-folder.ts';
import { said } from '../src-shared/said.ts';
import type { Snapshot } from '../src-shared/snapshot.ts';
import { messageOf } from '../src-shared/wording.ts';
import { watchOwner } from './activity/owner/owner.ts';
import { ownerPlaces } from './activity/owner/places.ts';
import { nodeSpawn } from './children/node-child.ts';
import { keepAwakeBy, systemdInhibit } from './host/keep-awake.ts';
import { environmentLanguages, ownerReader } from './host/owner-language.ts';
import type { Offpeak } from './host/platform.ts';
import { noSealer } from './network/key-vault.ts';
import { openOffpeak } from './offpeak.ts';
import { buildRunners } from './runner/spawn.ts';
import { nodeSettingsDisk } from './settings/file.ts';
import { serveWindow } from './window/server.ts';

/** The same agent in plain Node, for a machine without a display: its window is a page on loopback. */
const OUT = join(__dirname, '..');
/** Lines of the log that are kept for who asks for them; all of them go to the terminal. */
const KEPT_LINES = 500;

void main();

async function main(): Promise<void> {
  const folder = dataFolder({ platform: process.platform, env: process.env, home: homedir() });
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const life = new AbortController();
  // From the first moment on: also what is only starting ends cleanly.
  const asked = new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, resolve);
  });
  let show = (_snapshot: Snapshot): void => {};
  let offpeak: Offpeak | null = null;
  const lines: string[] = [];
  const log = (line: string) => {
    const dated = `${new Date().toISOString()} ${line}`;
    lines.push(dated);
    if (lines.length > KEPT_LINES) lines.shift();
    console.log(dated);
  };
  const owner = watchOwner({
    places: ownerPlaces(process.env),
    shell: null,
    sleeping: (asleep) => offpeak?.leaving(asleep),
    signal: life.signal,
  });

  const opened = await openOffpeak({
    env: process.env,
    folder,
    version: versionOf(join(OUT, '..', 'package.json')),
    log,
    recentLog: () => lines,
    examples: join(OUT, 'examples'),
    speedPrograms: join(OUT, 'src-runner', 'kernels', 'speed'),
    languages: () => environmentLanguages(process.env),
    settingsDisk: nodeSettingsDisk(folder),
    sealer: noSealer,
    ...buildRunners({ out: OUT, folder, env: process.env }),
    spawnProbe: nodeSpawn(join(OUT, 'main', 'probe.cjs'), { outlives: true }),
    spawnScreen:
      process.platform === 'linux' && process.env.DISPLAY
        ? nodeSpawn(join(OUT, 'main', 'screen-probe.cjs'))
        : null,
    owner: owner.now,
    keepAwake:
      process.platform === 'linux' ? keepAwakeBy(systemdInhibit(log), life.signal) : () => {},
    startsAtLogin: { now: () => null, set: () => said('loginNotHere') },
    showFolder: (path) => console.log(`Results: ${path}`),
    show: (snapshot) => show(snapshot),
  });
  if (opened.kind === 'refused') {
    const reader = ownerReader('system', environmentLanguages(process.env));
    console.error(`Offpeak could not start: ${messageOf(opened.detail, reader)}`);
    process.exitCode = 1;
    return;
  }
  ({ offpeak } = opened);
  const window = await serveWindow({
    folder: join(OUT, 'renderer'),
    obey: offpeak.obey,
    answer: offpeak.answer,
    watched: offpeak.watched,
    signal: life.signal,
  });
  show = window.show;
  console.log(`Offpeak runs without a display. Its window: ${window.url}`);

  await asked;
  life.abort();
  await opened.offpeak.close();
  process.exit(0);
}

function versionOf(manifest: string): string {
  return z.object({ version: z.string() }).parse(JSON.parse(readFileSync(manifest, 'utf8')))
    .version;
}
