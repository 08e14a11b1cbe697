import { join } from 'node:path';
import { said } from '../../src-shared/said.ts';
import type { OpenCardSource } from './card/source.ts';
import { openDrmPrograms } from './linux/drm-programs.ts';
import { openSysfsCards } from './linux/sysfs-cards.ts';
import { openMacCards } from './mac/cards.ts';
import { openNvml } from './nvml/nvml.ts';
import { windowsCards, withWindowsPrograms } from './windows/cards.ts';
import { openWindowsCounters } from './windows/counters.ts';

/** Every driver that this system may have cards of. `root`: the folder below which Linux keeps its own, `/`. */
export function cardDrivers(root: string): OpenCardSource[] {
  switch (process.platform) {
    case 'linux':
      return [nvidiaCards(), linuxCards(root)];
    case 'win32': {
      const counters = openWindowsCounters();
      return [withWindowsPrograms(nvidiaCards(), counters), windowsCards(counters)];
    }
    case 'darwin':
      return [() => openMacCards()];
    default:
      return [nvidiaCards()];
  }
}

/** The cards of NVIDIA's driver; its library at `path`, or where a driver puts it. */
export const nvidiaCards =
  (path?: string): OpenCardSource =>
  () => {
    const opened = openNvml(path);
    if (opened.kind !== 'open') return opened;
    const { nvml } = opened;
    if (nvml.gpus.length > 0) return { kind: 'open', source: nvml };
    nvml.close();
    return { kind: 'broken', detail: said('driverEmpty') };
  };

/** The cards of AMD and Intel below `root`. What was learned about programs outlives a card that gets lost. */
export function linuxCards(root: string, names?: readonly string[]): OpenCardSource {
  const programs = openDrmPrograms(join(root, 'proc'));
  const places = { drm: join(root, 'sys/class/drm'), ...(names && { names }) };
  return () => openSysfsCards(places, programs);
}
