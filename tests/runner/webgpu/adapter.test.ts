import { expect, it } from 'vitest';
import { type Adapter, adapterFault } from '../../../src-runner/webgpu/adapter.ts';
import type { Chip } from '../../../src-shared/gpu.ts';

const RX_6800: Chip = { vendor: 0x1002, device: 0x73bf, codename: 'Navi 21', alone: false };
const M1: Chip = { vendor: 0x106b, device: null, codename: null, alone: true };

/** What Dawn in Node says on Mesa. */
const radeon: Adapter = {
  vendor: 'amd',
  architecture: 'rdna-2',
  device: 'AMD Radeon RX 6800 (RADV NAVI21)',
  description: 'radv: Mesa 24.2.8',
  fallback: false,
};
const raphael = {
  ...radeon,
  device: 'AMD Ryzen 7 7700X 8-Core Processor (RADV RAPHAEL_MENDOCINO)',
};
const software: Adapter = {
  vendor: 'google',
  architecture: 'swiftshader',
  device: 'swiftshader-device-subzero-',
  description: 'SwiftShader driver 5.0.0',
  fallback: true,
};
/** What a page is told, without and with the switch for developers. */
const secretive = { ...radeon, device: '', description: '' };
const page = (device: string) => ({ ...secretive, device, description: 'AMD Radeon RX 6800' });

it.each<[string, Chip, Adapter]>([
  ['is called by its chip’s name', RX_6800, radeon],
  ['has the card’s PCI number', RX_6800, page('0x73bf')],
  ['is of the right maker, who has no other here', { ...RX_6800, alone: true }, secretive],
  ['says its maker as a number', RX_6800, { ...page('0x73bf'), vendor: '0x1002' }],
  [
    'is the only one of an Apple chip',
    M1,
    { ...secretive, vendor: 'apple', architecture: 'metal-3' },
  ],
])('a card works through an adapter that %s', (_what, chip, adapter) => {
  expect(adapterFault(chip, adapter)).toBeNull();
});

it.each<[string, Chip, Adapter, string]>([
  ['the processor', RX_6800, software, 'on the processor'],
  [
    'a software renderer that does not say so',
    RX_6800,
    { ...software, fallback: false },
    'processor',
  ],
  ['a fallback of the right name', RX_6800, { ...radeon, fallback: true }, 'processor'],
  ['another maker’s card', RX_6800, { ...radeon, vendor: 'nvidia' }, 'another card than this one'],
  ['nobody’s card', RX_6800, { ...secretive, vendor: '' }, 'another card than this one'],
  ['the graphics in the processor', RX_6800, raphael, 'does not tell which'],
  ['another card of the maker', RX_6800, page('0x164e'), 'another card of the same maker'],
  ['one of two that it does not tell apart', RX_6800, secretive, 'does not tell which'],
])('work for a card is never done by %s', (_what, chip, adapter, saying) => {
  expect(adapterFault(chip, adapter)).toContain(saying);
});
