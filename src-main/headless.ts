import { mkdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { sayToOwner } from '../src-shared/reader.ts';
import type { Snapshot } from '../src-shared/snapshot.ts';
import { watchOwner } from './activity/owner.ts';
import { ownerPlaces } from './activity/owner-places.ts';
import { adapterEnvironment } from './adapter-environment.ts';
import { openAgency } from './agency.ts';
import { dataFolder } from './data-folder.ts';
import { keepAwakeBy, systemdInhibit } from './keep-awake.ts';
import { noSealer } from './key-vault.ts';
import { hasModelLibraries, modelFolder } from './model-libraries.ts';
import { nodeSpawn } from './node-child.ts';
import { environmentLanguages, speakTo } from './owner-language.ts';
import type { Agency } from './platform.ts';
import { runnerSpawn } from './runner-child.ts';
import { nodeSettingsDisk } from './settings-file.ts';
import { serveWindow } from './window-server.ts';
import { orderWords } from './words/order-words.ts';

/** The same agent in plain Node, for a machine without a display: its window is a page on loopback. */
const OUT = join(__dirname, '..');
/** Lines of the log that are kept for who asks for them; all of them go to the terminal. */
const KEPT_LINES = 500;

void main();

async function main(): Promise<void> {
  const folder = dataFolder(process.platform, process.env, homedir());
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  speakTo('system', environmentLanguages(process.env));
  const life = new AbortController();
  // From the first moment on: also what is only starting ends cleanly.
  const asked = new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, resolve);
  });
  let show = (_snapshot: Snapshot): void => {};
  let agency: Agency | null = null;
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
    sleeping: (asleep) => agency?.leaving(asleep),
    signal: life.signal,
  });

  const opened = await openAgency({
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
    spawnRunner: (gpu) =>
      runnerSpawn(join(OUT, 'runner', 'runner.cjs'), {
        env: { ...process.env, ...adapterEnvironment(gpu) },
      }),
    spawnModelRunner: hasModelLibraries(OUT)
      ? runnerSpawn(join(OUT, 'runner', 'runner.cjs'), {
          env: process.env,
          reads: [modelFolder(folder)],
        })
      : null,
    spawnProbe: nodeSpawn(join(OUT, 'main', 'probe.cjs'), { outlives: true }),
    spawnScreen:
      process.platform === 'linux' && process.env.DISPLAY
        ? nodeSpawn(join(OUT, 'main', 'screen-probe.cjs'))
        : null,
    owner: owner.now,
    keepAwake:
      process.platform === 'linux' ? keepAwakeBy(systemdInhibit(log), life.signal) : () => {},
    startsAtLogin: { now: () => null, set: () => sayToOwner(orderWords.loginNotHere) },
    showFolder: (path) => console.log(`Results: ${path}`),
    show: (snapshot) => show(snapshot),
  });
  if (opened.kind === 'refused') {
    console.error(`Offpeak could not start: ${opened.detail}`);
    process.exitCode = 1;
    return;
  }
  ({ agency } = opened);
  const window = await serveWindow({
    folder: join(OUT, 'renderer'),
    obey: agency.obey,
    answer: agency.answer,
    watched: agency.watched,
    signal: life.signal,
  });
  show = window.show;
  console.log(`Offpeak runs without a display. Its window: ${window.url}`);

  await asked;
  life.abort();
  await opened.agency.close();
  process.exit(0);
}

function versionOf(manifest: string): string {
  return z.object({ version: z.string() }).parse(JSON.parse(readFileSync(manifest, 'utf8')))
    .version;
}
