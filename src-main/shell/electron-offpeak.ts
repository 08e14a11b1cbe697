import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { app, powerMonitor, powerSaveBlocker, safeStorage, shell } from 'electron';
import type { Gpu } from '../../src-shared/gpu.ts';
import { type Answered, Question } from '../../src-shared/question.ts';
import { type Said, said } from '../../src-shared/said.ts';
import type { Snapshot } from '../../src-shared/snapshot.ts';
import { seconds } from '../../src-shared/units.ts';
import { Command, type Reply } from '../../src-shared/window-protocol.ts';
import { inEnglish } from '../../src-shared/wording.ts';
import { type OwnerSense, watchOwner } from '../activity/owner/owner.ts';
import { ownerPlaces } from '../activity/owner/places.ts';
import { nodeSpawn } from '../children/node-child.ts';
import { type Block, keepAwakeBy } from '../host/keep-awake.ts';
import { ownerReader } from '../host/owner-language.ts';
import type { Offpeak } from '../host/platform.ts';
import { openOffpeak } from '../offpeak.ts';
import { adapterEnvironment } from '../runner/adapter-environment.ts';
import { webgpuEnvironment } from '../runner/environment.ts';
import { buildRunners } from '../runner/spawn.ts';
import { log, recentLog } from './log.ts';
import { loginItem } from './login-item.ts';
import { openNotifier } from './notifier.ts';
import { electronSettingsDisk } from './settings-disk.ts';
import { webgpuSpawn } from './webgpu-child.ts';
import { webgpuProfile, webgpuSwitches } from './webgpu-switches.ts';

/** The agent with Electron around it. */
export type ElectronOffpeak = Offpeak & {
  /** Reads what the window says, and obeys it where it is a command. */
  readonly hear: (words: unknown) => Reply;
  /** Reads what the window asks, and answers it where it is a question. */
  readonly answer: (words: unknown) => Answered;
};

type Around = {
  readonly show: (snapshot: Snapshot) => void;
  /** Opens the window at a page. */
  readonly open: (page: string) => void;
};

/** Starts the agent. `out`: the folder of the build. */
export async function openElectronOffpeak(
  out: string,
  { show, open }: Around,
): Promise<
  | { readonly kind: 'open'; readonly offpeak: ElectronOffpeak }
  | { readonly kind: 'refused'; readonly detail: Said }
> {
  const folder = app.getPath('userData');
  const life = new AbortController();
  const notifier = openNotifier({
    file: join(folder, 'notifications.json'),
    icon: join(out, 'assets', 'window.png'),
    open,
    log: (line) => log.info(line),
  });
  const runners = buildRunners({ out, folder, env: process.env });
  const opened = await openOffpeak({
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
    ...runners,
    spawnRunner: (gpu) =>
      gpu.backend === 'webgpu'
        ? webgpuSpawn(
            process.execPath,
            webgpuArguments(join(folder, webgpuProfile(gpu)), gpu),
            webgpuEnvironment({ ...process.env, ...adapterEnvironment(gpu) }),
          )
        : runners.spawnRunner(gpu),
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
      notifier.look(
        snapshot,
        ownerReader(snapshot.settings.language, app.getPreferredSystemLanguages()),
      );
    },
  });
  if (opened.kind === 'refused') {
    life.abort();
    log.error(`Offpeak could not start: ${inEnglish(opened.detail)}`);
    return opened;
  }
  log.info(`started ${app.getVersion()}`);
  const { offpeak } = opened;
  const obey = (command: Command): Reply => {
    const reply = offpeak.obey(command);
    if (reply.kind === 'refused') log.warn(`${command.kind}: ${inEnglish(reply.detail)}`);
    return reply;
  };
  const hear = (words: unknown): Reply => {
    const command = Command.safeParse(words);
    return command.success
      ? obey(command.data)
      : {
          kind: 'refused',
          detail: said('unreadable', { why: command.error.message.slice(0, 300) }),
        };
  };
  const answer = (words: unknown): Answered => {
    const question = Question.safeParse(words);
    return question.success
      ? offpeak.answer(question.data)
      : {
          kind: 'refused',
          detail: said('unreadable', { why: question.error.message.slice(0, 300) }),
        };
  };
  const close = () => {
    life.abort();
    return offpeak.close().catch((error: unknown) => log.error('closing failed', error));
  };
  return { kind: 'open', offpeak: { ...offpeak, obey, hear, answer, close } };
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

/** This app once more, as the WebGPU host, with a Chromium profile of its own. */
const webgpuArguments = (profile: string, gpu: Gpu): string[] => [
  ...(app.isPackaged ? [] : [app.getAppPath()]),
  ...(app.commandLine.hasSwitch('no-sandbox') ? ['--no-sandbox'] : []),
  ...webgpuSwitches(profile, process.versions.chrome ?? '0', gpu),
];
