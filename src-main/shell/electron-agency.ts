import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { app, powerMonitor, powerSaveBlocker, safeStorage, shell } from 'electron';
import type { Gpu } from '../../src-shared/gpu.ts';
import { type Answered, Question } from '../../src-shared/question.ts';
import type { Snapshot } from '../../src-shared/snapshot.ts';
import { seconds } from '../../src-shared/units.ts';
import { Command, type Reply } from '../../src-shared/window-protocol.ts';
import { type OwnerSense, watchOwner } from '../activity/owner.ts';
import { ownerPlaces } from '../activity/owner-places.ts';
import { adapterEnvironment } from '../adapter-environment.ts';
import { openAgency } from '../agency.ts';
import { type Block, keepAwakeBy } from '../keep-awake.ts';
import { hasModelLibraries, modelFolder } from '../model-libraries.ts';
import { nodeSpawn } from '../node-child.ts';
import type { Agency } from '../platform.ts';
import { runnerSpawn } from '../runner-child.ts';
import { workshopEnvironment } from '../runner-environment.ts';
import { log, recentLog } from './log.ts';
import { loginItem } from './login-item.ts';
import { openNotifier } from './notifier.ts';
import { electronSettingsDisk } from './settings-disk.ts';
import { workshopSpawn } from './workshop-child.ts';
import { workshopProfile, workshopSwitches } from './workshop-switches.ts';

/** The agent with Electron around it. */
export type ElectronAgency = Agency & {
  /** Reads what the window says, and obeys it where it is a command. */
  readonly hear: (words: unknown) => Reply;
  /** Reads what the window asks, and answers it where it is a question. */
  readonly tell: (words: unknown) => Answered;
};

type Around = {
  readonly show: (snapshot: Snapshot) => void;
  /** Opens the window at a page. */
  readonly open: (page: string) => void;
};

/** Starts the agent. `out`: the folder of the build. */
export async function openElectronAgency(
  out: string,
  { show, open }: Around,
): Promise<
  | { readonly kind: 'open'; readonly agency: ElectronAgency }
  | { readonly kind: 'refused'; readonly detail: string }
> {
  const folder = app.getPath('userData');
  const life = new AbortController();
  const notifier = openNotifier({
    file: join(folder, 'notifications.json'),
    icon: join(out, 'assets', 'window.png'),
    open,
    log: (line) => log.info(line),
  });
  const opened = await openAgency({
    folder,
    env: process.env,
    version: app.getVersion(),
    log: (line) => log.info(line),
    recentLog,
    examples: join(out, 'examples'),
    speedPrograms: join(out, 'src-runner', 'kernels', 'speed'),
    languages: () => app.getPreferredSystemLanguages(),
    settingsDisk: electronSettingsDisk(folder),
    sealer: {
      available: safeStorage.isEncryptionAvailable(),
      seal: (text) => safeStorage.encryptString(text),
      open: (sealed) => safeStorage.decryptString(Buffer.from(sealed)),
    },
    spawnRunner: (gpu) => {
      const env = { ...process.env, ...adapterEnvironment(gpu) };
      return gpu.backend === 'webgpu'
        ? workshopSpawn(
            process.execPath,
            workshopWords(join(folder, workshopProfile(gpu)), gpu),
            workshopEnvironment(env),
          )
        : runnerSpawn(join(out, 'runner', 'runner.cjs'), { env });
    },
    spawnModelRunner: hasModelLibraries(out)
      ? runnerSpawn(join(out, 'runner', 'runner.cjs'), {
          env: process.env,
          reads: [modelFolder(folder)],
        })
      : null,
    spawnScreen:
      process.platform === 'linux' ? nodeSpawn(join(out, 'main', 'screen-probe.cjs')) : null,
    spawnProbe: nodeSpawn(join(out, 'main', 'probe.cjs'), { outlives: true }),
    owner: senseOwner(life.signal).now,
    keepAwake: keepAwakeBy(stayAwake, life.signal),
    startsAtLogin: loginItem(),
    showFolder: (path) => {
      if (existsSync(path)) void shell.openPath(path);
    },
    show: (snapshot) => {
      show(snapshot);
      notifier.look(snapshot);
    },
  });
  if (opened.kind === 'refused') {
    life.abort();
    log.error(`Offpeak could not start: ${opened.detail}`);
    return opened;
  }
  log.info(`started ${app.getVersion()}`);
  const { agency } = opened;
  const obey = (command: Command): Reply => {
    const reply = agency.obey(command);
    if (reply.kind === 'refused') log.warn(`${command.kind}: ${reply.detail}`);
    return reply;
  };
  const hear = (words: unknown): Reply => {
    const command = Command.safeParse(words);
    return command.success
      ? obey(command.data)
      : { kind: 'refused', detail: `Not a command: ${command.error.message.slice(0, 300)}` };
  };
  const tell = (words: unknown): Answered => {
    const question = Question.safeParse(words);
    return question.success
      ? agency.answer(question.data)
      : { kind: 'refused', detail: `Not a question: ${question.error.message.slice(0, 300)}` };
  };
  const close = () => {
    life.abort();
    return agency.close().catch((error: unknown) => log.error('closing failed', error));
  };
  return { kind: 'open', agency: { ...agency, obey, hear, tell, close } };
}

/** The owner as Electron sees them, and whatever else this system tells. */
function senseOwner(signal: AbortSignal): OwnerSense {
  // Only events tell a locked screen from one that asks whether to run something as administrator.
  let locked = false;
  powerMonitor.on('lock-screen', () => {
    locked = true;
  });
  powerMonitor.on('unlock-screen', () => {
    locked = false;
  });
  return watchOwner({
    places: ownerPlaces(process.env),
    shell: {
      idleFor: () => seconds(powerMonitor.getSystemIdleTime()),
      locked: () => locked,
      onBattery: () => powerMonitor.isOnBatteryPower(),
    },
    signal,
  });
}

/** The screen may go dark all the same. */
const stayAwake: Block = () => {
  const id = powerSaveBlocker.start('prevent-app-suspension');
  return () => powerSaveBlocker.stop(id);
};

/** This app once more, as the workshop, with a Chromium profile of its own. */
const workshopWords = (profile: string, gpu: Gpu): string[] => [
  ...(app.isPackaged ? [] : [app.getAppPath()]),
  ...(app.commandLine.hasSwitch('no-sandbox') ? ['--no-sandbox'] : []),
  ...workshopSwitches(profile, process.versions.chrome ?? '0', gpu),
];
