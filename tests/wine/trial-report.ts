import type { Watching } from '../../src-main/activity/programs/programs.ts';
import type { FullScreen } from '../../src-main/activity/screen/windows-foreground.ts';
import type { Lockdown } from '../../src-shared/lockdown.ts';

/** What our Windows calls said when they were tried. */
export type WindowsTrial = {
  readonly self: { readonly pid: number; readonly execPath: string };
  /** The trial's own entry in the list of processes. */
  readonly listed: { readonly name: string; readonly path: string | null } | null;
  /** What lay in memory after bytes were copied into the middle of it, and what came back. */
  readonly moved: { readonly there: readonly number[]; readonly back: readonly number[] };
  /** The parent of a process that we started, and whether it counts as ours. */
  readonly child: {
    readonly parent: number | null;
    readonly ours: boolean;
    readonly stranger: boolean;
  };
  /** The path of a process that there is not. */
  readonly ended: string | null;
  readonly watch: {
    readonly watching: Watching;
    /** How much of `news` was told before the watch returned. */
    readonly atOnce: number;
    readonly child: number;
    readonly news: readonly (
      | { readonly kind: 'started'; readonly pid: number; readonly program: string }
      | { readonly kind: 'ended'; readonly pid: number }
    )[];
  };
  readonly foreground: {
    readonly before: FullScreen | null;
    /** While another program's window covers the whole screen, and a part of it. */
    readonly whole: { readonly child: number; readonly seen: FullScreen | null };
    readonly part: { readonly child: number; readonly seen: FullScreen | null };
    readonly after: FullScreen | null;
  };
  readonly gamepads:
    | { readonly kind: 'no library' }
    | { readonly kind: 'asked'; readonly usedAt: readonly (number | null)[] };
  /** A runner-like process of its own, tied to a parent, and then to none. */
  readonly captive: {
    readonly lockdown: Lockdown;
    /** What starting a program said in it: an error code, or `done`. */
    readonly start: string;
    /** What tying it to its parent said: `held`, or why not. */
    readonly leash: string;
    /** Whether it was gone once its parent had been killed. */
    readonly goneWithParent: boolean;
  };
  readonly counters: {
    /** Seconds; null where there was no value. */
    readonly upTime: number | null;
    /** A share of two samples, in percent. */
    readonly processor: number | null;
    /** The path of a counter that there is not. */
    readonly missing: boolean;
    /** Whether this system has the counters of graphics cards, and the list of adapters. */
    readonly gpu: boolean;
    readonly adapters: readonly { readonly name: string; readonly pci: string }[] | null;
  };
  /** One look at all processes. */
  readonly cost: { readonly processes: number; readonly wallMs: number; readonly cpuMs: number };
};
