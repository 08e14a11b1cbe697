import type { Gpu } from '../../src-shared/gpu.ts';

/**
 * The environment of a WebGPU host, in which Vulkan shows it this card and no other: Mesa's device selection
 * (VK_LAYER_MESA_device_select, which comes with its drivers; `MESA_VK_DEVICE_SELECT=vid:did`,
 * https://docs.mesa3d.org/envvars.html). A wish only: the WebGPU host itself checks what it was given.
 */
export function adapterEnvironment({ chip }: Gpu): Record<string, string> {
  if (process.platform !== 'linux' || !chip || chip.device === null) return {};
  const hex = (id: number) => id.toString(16).padStart(4, '0');
  return {
    MESA_VK_DEVICE_SELECT: `${hex(chip.vendor)}:${hex(chip.device)}`,
    MESA_VK_DEVICE_SELECT_FORCE_DEFAULT_DEVICE: '1',
  };
}
