import type { Situation } from '../../src-shared/moment/situation.ts';

/** What the owner may do about a moment, most likely first. */
export type HeroAction =
  | { readonly kind: 'resume' }
  | { readonly kind: 'start-now' }
  | { readonly kind: 'try-again' }
  | { readonly kind: 'diagnostics' }
  | { readonly kind: 'limits' }
  | { readonly kind: 'not-a-game'; readonly title: string; readonly path: string }
  | { readonly kind: 'pause' };

export function actionsFor(now: Situation): readonly HeroAction[] {
  switch (now.kind) {
    case 'off':
    case 'looking':
      return [];
    case 'no-gpu':
      return [{ kind: 'diagnostics' }];
    case 'paused':
      return [{ kind: 'resume' }];
    case 'given-up':
      return [{ kind: 'try-again' }, { kind: 'diagnostics' }];
    case 'offline':
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
          return [{ kind: 'try-again' }, { kind: 'diagnostics' }];
        case 'too-hot':
          return [{ kind: 'limits' }, { kind: 'pause' }];
        case 'leaving':
        case 'starting':
          return [];
        case 'card-off':
        case 'no-network':
        case 'skipped':
          return [];
        case 'on-battery':
        case 'other-program':
        case 'memory-wanted':
        case 'schedule':
        case 'metered':
        case 'power-dear':
          return [{ kind: 'pause' }];
      }
      break;
    case 'earning':
      return now.slowed?.slowdown.because === 'heat'
        ? [{ kind: 'limits' }, { kind: 'pause' }]
        : [{ kind: 'pause' }];
    case 'preparing':
    case 'seeking':
    case 'resting':
      return [{ kind: 'pause' }];
  }
}
