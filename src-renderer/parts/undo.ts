import { LaneId } from '../../src-shared/gpu.ts';
import type { Settings } from '../../src-shared/settings.ts';
import type { CommandInput } from '../../src-shared/window-protocol.ts';

type Patch = Extract<CommandInput, { kind: 'change-settings' }>['patch'];

/** What `settings` say under the names of `patch`. */
const asItWas = (patch: Patch, settings: Settings): Patch =>
  Object.fromEntries(
    Object.entries(settings).filter(([name]) => patch[name as keyof Patch] !== undefined),
  );

/**
 * The command that takes `command` back, given the settings before it; null where it changes no settings, or nothing about
 * them. Pure.
 */
export function inverseOf(command: CommandInput, settings: Settings): CommandInput | null {
  switch (command.kind) {
    case 'change-settings': {
      const patch = asItWas(command.patch, settings);
      return same(patch, command.patch) ? null : { kind: 'change-settings', patch };
    }
    case 'change-card': {
      const { enabled = true, ...own } = settings.cards[LaneId.parse(command.lane)] ?? {};
      const before = {
        enabled,
        temperatureMax: own.temperatureMax ?? null,
        powerLimit: own.powerLimit ?? null,
        vramMax: own.vramMax ?? null,
      };
      const patch = Object.fromEntries(
        Object.entries(before).filter(
          ([name]) => command.patch[name as keyof typeof before] !== undefined,
        ),
      );
      return same(patch, command.patch) ? null : { ...command, patch };
    }
    case 'always-pause':
    case 'not-a-game':
      return { kind: 'change-settings', patch: { games: [...settings.games] } };
    default:
      return null;
  }
}

/** Equal in all that is said; in which order it is said does not matter. */
function same(a: unknown, b: unknown): boolean {
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null)
    return Object.is(a, b);
  const [left, right] = [Object.entries(a), new Map(Object.entries(b))];
  return left.length === right.size && left.every(([key, item]) => same(item, right.get(key)));
}
