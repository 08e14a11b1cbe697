import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { app, powerMonitor, safeStorage, shell } from 'electron';
import type { Snapshot } from '../../src-shared/snapshot.ts';
import { seconds } from '../../src-shared/units.ts';
import { Command, type Reply } from '../../src-shared/window-protocol.ts';
import { openAgency } from '../agency.ts';
import type { Agency } from '../platform.ts';
import { utilitySpawn } from './electron-child.ts';
import { log } from './log.ts';
import { electronSettingsDisk } from './settings-disk.ts';
import { workshopSpawn } from './workshop-child.ts';
import { workshopSwitches } from './workshop-switches.ts';

/** The agent with Electron around it. */
export type ElectronAgency = Agency & {
  /** Reads what the window says, and obeys it where it is a command. */
  readonly hear: (words: unknown) => Reply;
};

/** Starts the agent. `out`: the folder of the build. */
export async function openElectronAgency(
  out: string,
  show: (snapshot: Snapshot) => void,
): Promise<
  | { readonly kind: 'open'; readonly agency: ElectronAgency }
  | { readonly kind: 'refused'; readonly detail: string }
> {
  const folder = app.getPath('userData');
  const opened = await openAgency({
    folder,
    env: process.env,
    version: app.getVersion(),
    log: (line) => log.info(line),
    examples: join(out, 'examples'),
    settingsDisk: electronSettingsDisk(folder),
    sealer: {
      available: safeStorage.isEncryptionAvailable(),
      seal: (text) => safeStorage.encryptString(text),
      open: (sealed) => safeStorage.decryptString(Buffer.from(sealed)),
    },
    spawnRunner: ({ backend }) =>
      backend === 'webgpu'
        ? workshopSpawn(process.execPath, workshopWords(join(folder, 'workshop')))
        : utilitySpawn(join(out, 'runner', 'runner.cjs'), 'Offpeak runner'),
    spawnProbe: utilitySpawn(join(out, 'main', 'probe.cjs'), 'Offpeak telemetry'),
    owner: () => ({
      idleFor: seconds(powerMonitor.getSystemIdleTime()),
      onBattery: powerMonitor.isOnBatteryPower(),
    }),
    showFolder: (path) => {
      if (existsSync(path)) void shell.openPath(path);
    },
    show,
  });
  if (opened.kind === 'refused') {
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
  const close = () => agency.close().catch((error: unknown) => log.error('closing failed', error));
  return { kind: 'open', agency: { ...agency, obey, hear, close } };
}

/** This app once more, as the workshop, with a Chromium profile of its own. */
const workshopWords = (profile: string): string[] => [
  ...(app.isPackaged ? [] : [app.getAppPath()]),
  ...(app.commandLine.hasSwitch('no-sandbox') ? ['--no-sandbox'] : []),
  ...workshopSwitches(profile, process.versions.chrome ?? '0'),
];
