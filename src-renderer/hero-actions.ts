import type { Situation } from '../src-shared/situation.ts';

/** What the owner may do about a moment, most likely first. */
export type HeroAction =
  | { readonly kind: 'resume' }
  | { readonly kind: 'start-now' }
  | { readonly kind: 'try-again' }
  | { readonly kind: 'not-a-game'; readonly title: string; readonly path: string }
  | { readonly kind: 'pause' };

export function actionsFor(now: Situation): readonly HeroAction[] {
  switch (now.kind) {
    case 'off':
    case 'no-gpu':
    case 'looking':
      return [];
    case 'paused':
      return [{ kind: 'resume' }];
    case 'given-up':
      return [{ kind: 'try-again' }];
    case 'held':
      switch (now.because.kind) {
        case 'owner-active':
          return [{ kind: 'start-now' }, { kind: 'pause' }];
        case 'game-running': {
          const { title, path } = now.because;
          return path === ''
            ? [{ kind: 'pause' }]
            : [{ kind: 'not-a-game', title, path }, { kind: 'pause' }];
        }
        case 'gpu-lost':
        case 'leaving':
        case 'starting':
          return [];
        case 'card-off':
        case 'no-network':
        case 'skipped':
          return [];
        case 'on-battery':
        case 'too-hot':
        case 'other-program':
        case 'memory-wanted':
        case 'schedule':
        case 'metered':
        case 'power-dear':
          return [{ kind: 'pause' }];
      }
      break;
    case 'earning':
    case 'preparing':
    case 'offline':
    case 'seeking':
    case 'resting':
      return [{ kind: 'pause' }];
  }
}
