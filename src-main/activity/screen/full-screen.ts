import { quote } from '../../../src-shared/said.ts';
import { minutes, seconds } from '../../../src-shared/units.ts';
import type { Spawn } from '../../children/child.ts';
import { keepChild, type Meaning, type Rests } from '../../children/keeper.ts';
import type { FullScreenProgram } from '../../policy/full-screen-game.ts';
import { isKnownNonGame } from '../games/not-games.ts';
import { exeOf } from '../programs/process-table.ts';
import { programOf } from '../programs/program-identity.ts';
import { nameOf } from '../programs/program-name.ts';
import { ScreenEvent } from './screen-event.ts';

/** Whether full-screen windows are seen at all, with a sentence for the owner where not. */
export type Seeing =
  | { readonly kind: 'all' }
  | { readonly kind: 'some'; readonly detail: string }
  | { readonly kind: 'none'; readonly detail: string };

type Options = {
  readonly spawn: Spawn;
  readonly signal: AbortSignal;
  /** Told each change; before the first word there is none. */
  readonly changed: (program: FullScreenProgram | null) => void;
  readonly seeing: (seeing: Seeing) => void;
  /** Whether the owner said of the program with this path that it is no game. */
  readonly ignored?: (path: string) => boolean;
  /** See `GameWatch`. */
  readonly titleOf?: (pid: number) => string | null;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly rest?: Rests;
};

const REST: Rests = { first: seconds(1), longest: minutes(5), soundAfter: minutes(5) };

const WAYLAND =
  'Full-screen windows of Wayland programs are not seen here; games are still known by their launchers.';

/**
 * Watches the screen of a Linux desktop through a process of its own, until `signal`. It is started again if it dies.
 * `recheck`: judges the program in front anew; call it when the owner's rules have changed.
 */
export function watchFullScreen(options: Options): { readonly recheck: () => void } {
  const { signal, changed, seeing, env = process.env, rest = REST } = options;
  let inFront: number | null = null;
  let told: FullScreenProgram | null = null;

  const recheck = (): void => {
    const program = inFront === null ? null : describe(inFront, options);
    if (program?.pid === told?.pid && program?.path === told?.path) return;
    told = program;
    changed(program);
  };
  const look = (pid: number | null): void => {
    inFront = pid;
    recheck();
  };

  const read = (message: unknown): Meaning => {
    const word = ScreenEvent.safeParse(message);
    if (!word.success)
      return { kind: 'distrusted', because: quote('The screen probe said something unreadable.') };
    if (word.data.kind === 'unseen') {
      seeing({ kind: 'none', detail: word.data.detail });
      return { kind: 'leaving', again: null };
    }
    seeing(env.WAYLAND_DISPLAY ? { kind: 'some', detail: WAYLAND } : { kind: 'all' });
    look(word.data.pid);
    return { kind: 'needed' };
  };

  if (signal.aborted) return { recheck };
  if (env.DISPLAY === undefined || env.DISPLAY === '') {
    const detail = env.WAYLAND_DISPLAY ? WAYLAND : 'There is no desktop to look at.';
    seeing({ kind: 'none', detail });
    return { recheck };
  }
  keepChild({
    spawn: options.spawn,
    signal,
    rests: rest,
    greeting: () => [{ kind: 'look' }],
    heard: read,
    // What nobody watches any more must not hold the work for ever.
    ended: () => look(null),
  });
  return { recheck };
}

/** Null for a program that is known to be no game, by the owner's word or ours, and for one the system hides. */
function describe(pid: number, { titleOf, ignored }: Options): FullScreenProgram | null {
  const exe = exeOf(pid);
  const path = exe === null ? null : programOf(pid, exe);
  if (path === null || ignored?.(path) || isKnownNonGame(path)) return null;
  return { pid, path, title: nameOf(pid, titleOf) ?? path };
}
