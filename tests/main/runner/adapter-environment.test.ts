import { expect, test } from 'vitest';
import { adapterEnvironment } from '../../../src-main/runner/adapter-environment.ts';
import { webgpuProfile, webgpuSwitches } from '../../../src-main/shell/webgpu-switches.ts';
import { softwareGpu } from '../../../src-main/telemetry/software-gpu.ts';
import { type Gpu, LaneId } from '../../../src-shared/gpu.ts';
import { onLinux } from '../../worlds/not-tried.ts';

const radeon: Gpu = {
  ...softwareGpu(),
  lane: LaneId.parse('PCI-0000:0b:00.0'),
  software: false,
  chip: { vendor: 0x1002, device: 0x73bf, codename: 'Navi 21', alone: true },
};

test.runIf(onLinux('a card for Mesa'))('Mesa is asked for the lane’s card and no other', () => {
  expect(adapterEnvironment(radeon)).toEqual({
    MESA_VK_DEVICE_SELECT: '1002:73bf',
    MESA_VK_DEVICE_SELECT_FORCE_DEFAULT_DEVICE: '1',
  });
  expect(adapterEnvironment(softwareGpu())).toEqual({});
});

test('the software lane is shown the software renderer alone, and a card’s lane none of it', () => {
  const onSoftware = webgpuSwitches('/p', '130', softwareGpu());
  expect(onSoftware).toContain('--use-webgpu-adapter=swiftshader');
  const onCard = webgpuSwitches('/p', '130', radeon);
  expect(onCard.join(' ')).not.toContain('swiftshader');
  expect(onCard).toContain('--enable-webgpu-developer-features');
  expect(webgpuProfile(radeon)).toBe('webgpu-PCI-0000-0b-00-0');
  expect(webgpuProfile(softwareGpu())).toBe('webgpu');
});
