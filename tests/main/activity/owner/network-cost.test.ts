import { expect, test } from 'vitest';
import { isMeteredCost } from '../../../../src-main/activity/owner/windows-network-cost.ts';

test('Windows’ own words for a network that is paid for by its size', () => {
  const costs = [
    { unknown: 0x0 },
    { unrestricted: 0x1 },
    { 'set as metered': 0x2 },
    { 'by the byte': 0x4 },
    { 'unrestricted, congested': 0x2_0001 },
    { 'unrestricted, abroad': 0x4_0001 },
    { 'unrestricted, over the limit': 0x1_0001 },
  ];
  const metered = costs.flatMap((cost) =>
    Object.entries(cost).flatMap(([name, bits]) => (isMeteredCost(bits) ? [name] : [])),
  );
  expect(metered).toEqual([
    'set as metered',
    'by the byte',
    'unrestricted, abroad',
    'unrestricted, over the limit',
  ]);
});
