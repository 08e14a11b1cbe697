import { z } from 'zod';
import type { BusLink } from '../bus/link.ts';
import { watchProperty } from '../bus/property.ts';

/** NMMetered: what the owner or the network says, and what NetworkManager makes of a phone's hotspot. */
const YES = 1;
const GUESSED_YES = 3;

/**
 * Whether what goes over the network is paid for by its size, as NetworkManager tells. False where there is none: other
 * network services of Linux do not say.
 */
export function watchMetered(bus: BusLink, signal: AbortSignal): () => boolean {
  const metered = watchProperty(
    bus,
    {
      service: 'org.freedesktop.NetworkManager',
      path: '/org/freedesktop/NetworkManager',
      name: 'Metered',
    },
    z.number(),
    signal,
  );
  return () => {
    const now = metered();
    return now === YES || now === GUESSED_YES;
  };
}
