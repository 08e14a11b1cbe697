import type { Settings } from '../../src-shared/settings.ts';

type Terms = Pick<Settings, 'sharing' | 'pausedUntil'>;

/**
 * Sharing, lent to the speed test of an owner who has not said yes to it: on while the test runs, then as it was. Never
 * written down, so that after a kill in the middle it is as it was, too.
 */
export function openLoan() {
  let own: Terms | null = null;
  return {
    /** The settings while it is lent. */
    begin({ sharing, pausedUntil, ...rest }: Settings): Settings {
      own ??= { sharing, pausedUntil };
      return { ...rest, sharing: true, pausedUntil: null };
    },
    /** The owner has said something about sharing meanwhile: that holds. */
    forget(): void {
      own = null;
    },
    /** What may be written down of these settings. */
    saved: (settings: Settings): Settings => (own ? { ...settings, ...own } : settings),
    /** The settings afterwards; null where nothing is lent any more. */
    end(settings: Settings): Settings | null {
      const after = own && { ...settings, ...own };
      own = null;
      return after;
    },
  };
}
