import { lstatSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { CardSource } from '../../../src-main/telemetry/card/source.ts';
import { linuxCards } from '../../../src-main/telemetry/card-drivers.ts';

/** The files of an RX 6800 at work, as amdgpu writes them. */
export const RADEON = {
  'device/vendor': '0x1002',
  'device/device': '0x73bf',
  'device/uevent': 'DRIVER=amdgpu\nPCI_CLASS=30000\nPCI_SLOT_NAME=0000:0b:00.0',
  'device/mem_info_vram_total': '17163091968',
  'device/mem_info_vram_used': '1288490188',
  'device/gpu_busy_percent': '97',
  'device/hwmon/hwmon4/temp1_input': '61000',
  'device/hwmon/hwmon4/temp1_label': 'edge',
  'device/hwmon/hwmon4/temp2_input': '74000',
  'device/hwmon/hwmon4/temp2_label': 'junction',
  'device/hwmon/hwmon4/power1_average': '186000000',
  'device/hwmon/hwmon4/power1_cap': '203000000',
  'device/hwmon/hwmon4/power1_cap_min': '0',
  'device/hwmon/hwmon4/power1_cap_max': '233000000',
  'device/hwmon/hwmon4/power1_cap_default': '203000000',
  'device/hwmon/hwmon4/fan1_input': '1320',
  'device/hwmon/hwmon4/fan1_max': '3300',
  'device/hwmon/hwmon4/freq1_input': '2104000000',
  'device/hwmon/hwmon4/freq2_input': '1000000000',
};

/** An Intel Arc: it counts joules, and says no watts and no load. */
export const ARC = {
  'device/vendor': '0x8086',
  'device/device': '0x56a0',
  'device/uevent': 'DRIVER=i915\nPCI_SLOT_NAME=0000:03:00.0',
  lmem_total_bytes: '17179869184',
  gt_cur_freq_mhz: '2400',
  'device/hwmon/hwmon2/energy1_input': '5000000',
  'device/hwmon/hwmon2/power1_max': '190000000',
};

const PCI_IDS = [
  '# a list',
  '1002  Advanced Micro Devices, Inc. [AMD/ATI]',
  '\t73bf  Navi 21 [Radeon RX 6800/6800 XT / 6900 XT]',
  '8086  Intel Corporation',
  '\t56a0  DG2 [Arc A770]',
  '',
].join('\n');

type Files = Readonly<Record<string, string>>;

/** What one open file of a card says, and whose it is. */
export type OpenCard = {
  readonly pid: number;
  readonly fd: number;
  readonly says: readonly string[];
};

/** The folders in which Linux would tell of these cards, below `root`. */
export function drmMachine(cards: Readonly<Record<string, Files>>, root: string) {
  const drm = join(root, 'sys/class/drm');
  const proc = join(root, 'proc');
  mkdirSync(drm, { recursive: true });
  mkdirSync(proc, { recursive: true });
  const write = (path: string, text: string) => {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, `${text}\n`);
  };
  const put = (card: string, file: string, text: string) => write(join(drm, card, file), text);
  const plug = (card: string, files: Files) => {
    for (const [file, text] of Object.entries(files)) put(card, file, text);
  };
  for (const [card, files] of Object.entries(cards)) plug(card, files);
  const list = join(root, 'pci.ids');
  writeFileSync(list, PCI_IDS);
  const open = linuxCards(root, [list]);

  return {
    root,
    drm,
    put,
    plug,
    unplug: (card: string) => rmSync(join(drm, card), { recursive: true }),
    /** What a file holds now. */
    shows: (card: string, file: string) => readFileSync(join(drm, card, file), 'utf8').trim(),
    /** A program with one of its files open at `target`. */
    run({ pid, fd, says }: OpenCard, target = '/dev/dri/renderD128') {
      const folder = join(proc, String(pid));
      const link = join(folder, 'fd', String(fd));
      mkdirSync(dirname(link), { recursive: true });
      if (lstatSync(link, { throwIfNoEntry: false }) === undefined) symlinkSync(target, link);
      write(join(folder, 'fdinfo', String(fd)), ['pos:\t0', ...says].join('\n'));
    },
    end: (pid: number) => rmSync(join(proc, String(pid)), { recursive: true }),
    opener: open,
    open(): CardSource {
      const opened = open();
      if (opened.kind !== 'open') throw new Error(opened.kind);
      return opened.source;
    },
  };
}
