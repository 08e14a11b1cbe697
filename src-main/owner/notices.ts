import { sayToOwner } from '../../src-shared/language/reader.ts';
import { orderWords } from '../words/order-words.ts';

/** More sentences than this nobody reads; the oldest go. The snapshot's schema allows no more. */
const MOST = 20;
/** Characters; a driver's message can be endless. */
const LONGEST = 1000;

/** Things the owner should know once. The same sentence is kept once, in its latest place. */
export function openNotices(changed: () => void) {
  let sentences: readonly string[] = [];
  function add(sentence: string): void {
    const said = sentence.slice(0, LONGEST);
    sentences = [...sentences.filter((s) => s !== said), said].slice(-MOST);
    changed();
  }
  return {
    all: () => sentences,
    add,
    /** What the network said, in its own words. */
    quote: (words: string): void => add(sayToOwner(orderWords.networkSaid, { words })),
    dismiss(sentence: string): void {
      sentences = sentences.filter((s) => s !== sentence);
      changed();
    },
  };
}
export type Notices = ReturnType<typeof openNotices>;
