import { readFileSync } from 'node:fs';

/** Where Linux distributions keep the list of PCI devices (https://pci-ids.ucw.cz). */
export const PCI_NAMES = ['/usr/share/hwdata/pci.ids', '/usr/share/misc/pci.ids'];

export type PciNames = {
  /** What is on the box: `Radeon RX 6800/6800 XT / 6900 XT`. */
  readonly name: string;
  /** What its makers call the chip: `Navi 21`. The same as `name` where the list has only one. */
  readonly codename: string;
};

/**
 * The names of a PCI device, which stands in the lists as `Navi 21 [Radeon RX 6800/6800 XT / 6900 XT]`. `vendor`, `device`:
 * as sysfs has them, `0x1002`. Null where no list knows it.
 */
export function pciNames(
  vendor: string,
  device: string,
  lists: readonly string[] = PCI_NAMES,
): PciNames | null {
  const [maker, model] = [vendor, device].map((id) => id.replace(/^0x/, '').toLowerCase());
  for (const path of lists) {
    let list: string;
    try {
      list = readFileSync(path, 'utf8');
    } catch {
      continue;
    }
    // Makers begin a line, their devices are one tab in.
    const from = list.search(new RegExp(`^${maker} {2}`, 'm'));
    if (from < 0 || !/^[0-9a-f]{4}$/.test(model ?? '')) continue;
    const rest = list.slice(from + 4);
    const next = rest.search(/^[0-9a-f]{4} {2}/m);
    const line = new RegExp(`^\\t${model} {2}(.+)$`, 'm').exec(
      next < 0 ? rest : rest.slice(0, next),
    )?.[1];
    if (!line) continue;
    const [, codename = line, name = line] = /^(.*?)\s*\[([^\]]+)\]\s*$/.exec(line) ?? [];
    return { name, codename: codename || name };
  }
  return null;
}
