import { readFileSync } from 'node:fs';

/** Where Linux distributions keep the list of PCI devices (https://pci-ids.ucw.cz). */
export const PCI_NAMES = ['/usr/share/hwdata/pci.ids', '/usr/share/misc/pci.ids'];

/**
 * The name of a PCI device, such as `Navi 21 [Radeon RX 6800/6800 XT / 6900 XT]`: what stands in brackets, which is
 * what is on the box, where there is any. `vendor`, `device`: as sysfs has them, `0x1002`. Null where no list knows it.
 */
export function pciName(
  vendor: string,
  device: string,
  lists: readonly string[] = PCI_NAMES,
): string | null {
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
    const name = new RegExp(`^\\t${model} {2}(.+)$`, 'm').exec(
      next < 0 ? rest : rest.slice(0, next),
    )?.[1];
    if (name) return /\[([^\]]+)\]\s*$/.exec(name)?.[1] ?? name;
  }
  return null;
}
