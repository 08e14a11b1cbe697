import { type Said, said } from '../../src-shared/said.ts';
import type { Notice } from '../../src-shared/snapshot.ts';

/** More than this nobody reads; the oldest go. The snapshot's schema allows no more. */
const MOST = 20;

/** Things the owner should know once. The same key with the same values is kept once, in its latest place. */
export function openNotices(changed: () => void) {
  let notices: readonly Notice[] = [];
  let count = 0;
  function add(what: Said): void {
    const told = JSON.stringify(what);
    const known = notices.find((notice) => JSON.stringify(notice.said) === told);
    const notice = known ?? { id: ++count, said: what };
    notices = [...notices.filter((other) => other !== known), notice].slice(-MOST);
    changed();
  }
  return {
    all: () => notices,
    add,
    /** What the network said, in its own words. */
    quote: (words: string): void => add(said('networkSaid', { words })),
    dismiss(id: Notice['id']): void {
      notices = notices.filter((notice) => notice.id !== id);
      changed();
    },
  };
}
export type Notices = ReturnType<typeof openNotices>;
