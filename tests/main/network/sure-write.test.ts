import { expect, test } from 'vitest';
import { refused, unwritten, type Written, written } from '../../../src-disk/disk-trouble.ts';
import { sureWriter } from '../../../src-main/network/sure-write.ts';
import { quote } from '../../../src-shared/said.ts';
import { inEnglish } from '../../../src-shared/wording.ts';

/** A disk that answers a write with these, one after the other. */
function writer(...answers: Written[]) {
  const said: string[] = [];
  const life = new AbortController();
  const left = [...answers];
  const surely = sureWriter((what) => said.push(inEnglish(what)), life.signal);
  return { surely: () => surely(() => left.shift() ?? written), said, left, life };
}

test('what the disk takes is written once, and nobody hears of it', async () => {
  const { surely, said, left } = writer(written, refused(quote('asked twice')));
  expect(await surely()).toBe(true);
  expect([said, left.length]).toEqual([[], 1]);
});

test('what makes no sense is said and not tried again', async () => {
  const { surely, said, left } = writer(refused(quote('not ours')), written);
  expect(await surely()).toBe(false);
  expect([said, left.length]).toEqual([['not ours'], 1]);
});

test('a full disk is said, and closing ends the wait for it', async () => {
  const { surely, said, life } = writer(unwritten(quote('the disk is full')));
  const waiting = surely();
  life.abort();
  expect(await waiting).toBe(false);
  expect(said).toEqual(['the disk is full']);
});
