import { expect, test } from 'vitest';
import { openNotices } from '../../../src-main/owner/notices.ts';
import { quote, said } from '../../../src-shared/said.ts';
import { Snapshot } from '../../../src-shared/snapshot.ts';
import { inEnglish } from '../../../src-shared/wording.ts';

const told = (notices: ReturnType<typeof openNotices>) =>
  notices.all().map(({ said: what }) => inEnglish(what));

test('the same thing about two cards is two notices; said twice of one it is one, in its latest place', () => {
  const notices = openNotices(() => {});
  const twin = (name: string) => said('twinCard', { name });
  notices.add(twin('RX 6800'));
  notices.add(said('booksFull'));
  notices.add(twin('RX 7900'));
  notices.add(twin('RX 6800'));
  expect(told(notices)).toEqual([
    expect.stringMatching(/^the disk is full/),
    expect.stringContaining('RX 7900'),
    expect.stringContaining('RX 6800'),
  ]);
  expect(new Set(notices.all().map(({ id }) => id)).size).toBe(3);
});

test('one is dismissed by its id, and no other; what happens again is told again, as something new', () => {
  let changes = 0;
  const notices = openNotices(() => {
    changes += 1;
  });
  notices.add(said('booksFull'));
  notices.quote('come back tomorrow');
  const [full, words] = notices.all();
  notices.dismiss(full?.id ?? 0);
  expect(notices.all()).toEqual([words]);
  notices.add(said('booksFull'));
  expect(notices.all().map(({ id }) => id)).not.toContain(full?.id);
  expect(told(notices)[0]).toBe('The network said: come back tomorrow');
  notices.dismiss(4711);
  expect(notices.all()).toHaveLength(2);
  expect(changes).toBe(5);
});

test('of more than a person reads the oldest go, and the rest goes to the window', () => {
  const notices = openNotices(() => {});
  for (let n = 1; n <= 50; n++) notices.add(quote(`trouble ${n}`));
  expect(told(notices)[0]).toBe('trouble 31');
  expect(Snapshot.shape.notices.parse(notices.all())).toEqual(notices.all());
});
