import type { z } from 'zod';
import { type Millis, minutes } from '../../../src-shared/units.ts';
import { askAgain } from './asked-again.ts';
import type { BusLink } from './link.ts';

const PROPERTIES = 'org.freedesktop.DBus.Properties';
/** What changes is told; asking as well finds a service that came later. */
const ASK_EVERY: Millis = minutes(1);

type Place = {
  /** The service, and the interface of the same name. */
  readonly service: string;
  readonly path: string;
  readonly name: string;
};

/** One property of a service, kept up to date: null where there is no such service, or it is silent. */
export function watchProperty<T>(
  bus: BusLink,
  { service, path, name }: Place,
  schema: z.ZodType<T>,
  signal: AbortSignal,
): () => T | null {
  return askAgain({
    ask: async () => {
      const [value] =
        (await bus.call({
          destination: service,
          path,
          interface: PROPERTIES,
          member: 'Get',
          args: [service, name],
        })) ?? [];
      return schema.safeParse(value).data ?? null;
    },
    every: () => ASK_EVERY,
    hints: (ask) =>
      bus.onSignal({ sender: service, interface: PROPERTIES, member: 'PropertiesChanged' }, ask),
    signal,
  });
}
