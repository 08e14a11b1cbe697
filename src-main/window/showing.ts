import type { Snapshot } from '../../src-shared/snapshot.ts';

type Options = {
  readonly show: (snapshot: Snapshot) => void;
  /** The sums in a snapshot are old: they are asked for anew. */
  readonly stale: () => void;
  readonly signal: AbortSignal;
};

/** `opening`: rooms are missing that a snapshot is of. `due`: one is on its way. */
type State =
  | { readonly kind: 'opening' }
  | { readonly kind: 'open' | 'due'; readonly take: () => Snapshot };

/** Takes and shows one snapshot for everything that happens in one turn of the event loop, until `signal`. */
export function openShowing({ show, stale, signal }: Options) {
  let state: State = { kind: 'opening' };

  function draw(): void {
    if (state.kind !== 'open' || signal.aborted) return;
    const { take } = state;
    state = { kind: 'due', take };
    setImmediate(() => {
      state = { kind: 'open', take };
      if (!signal.aborted) show(take());
    });
  }

  return {
    /** Something that is shown is new. Before `open` there is nothing to show: a taken port is told earlier than that. */
    draw,
    /** Something is new that the books, or what they add up, know of: a receipt, a claim, a line of electricity. */
    changed(): void {
      stale();
      draw();
    },
    /** Every room is there; `take` draws them. */
    open(take: () => Snapshot): void {
      state = { kind: 'open', take };
      draw();
    },
  };
}
export type Showing = ReturnType<typeof openShowing>;
