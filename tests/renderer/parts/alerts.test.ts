import { afterEach, expect, test } from 'vitest';
import { openNotices } from '../../../src-main/owner/notices.ts';
import { Alerts } from '../../../src-renderer/parts/alerts.tsx';
import { writeFor } from '../../../src-shared/language/reader.ts';
import { quote, said } from '../../../src-shared/said.ts';
import { Snapshot } from '../../../src-shared/snapshot.ts';
import { read } from '../../worlds/window/draw.ts';
import { snapshots } from '../../worlds/window/snapshots.ts';

afterEach(() => writeFor({ language: 'en', locale: 'en-US' }));

test('a notice from before the language changed is read in the new one; a stranger’s words stay as they are', () => {
  writeFor({ language: 'en', locale: 'en-US' });
  const notices = openNotices(() => {});
  notices.add(said('full', { what: said('theSettings') }));
  notices.quote('come back tomorrow');
  const moment = Snapshot.parse(
    JSON.parse(JSON.stringify({ ...snapshots.fresh, notices: notices.all() })),
  );
  const before = read(moment, Alerts);
  expect(before).toContain(
    'The disk is full; the settings could not be saved until there is room again.',
  );
  expect(before).toContain('The network said: come back tomorrow.');
  writeFor({ language: 'de', locale: 'de-DE' });
  const after = read(moment, Alerts);
  expect(after).toContain(
    'Der Datenträger ist voll; bis wieder Platz ist, nicht gespeichert: die Einstellungen.',
  );
  expect(after).toContain('Das Netzwerk sagte: come back tomorrow.');
});

test('a card that was given up says why in the owner’s language, beside one that works', () => {
  const [first, second] = snapshots.limited.lanes;
  if (!first || !second) throw new Error('two cards are wanted');
  const phase = { kind: 'given-up', detail: said('runnerSilent') } as const;
  const moment = { ...snapshots.limited, lanes: [{ ...first, phase }, second] };
  expect(read(moment, Alerts)).toContain('The runner fell silent. It rests until');
  writeFor({ language: 'de', locale: 'de-DE' });
  expect(read(moment, Alerts)).toContain('Das Rechenprogramm ist verstummt. Sie ruht, bis');
  const strange = { kind: 'given-up', detail: quote('Xid 79') } as const;
  expect(read({ ...moment, lanes: [{ ...first, phase: strange }, second] }, Alerts)).toContain(
    'Xid 79. Sie ruht, bis',
  );
});
