import { join } from 'node:path';
import { openBlobStore } from '../../src-disk/blob-store.ts';
import { lockFolder } from '../../src-disk/folder-lock.ts';
import type { Reader } from '../../src-shared/language/reader.ts';
import { millis } from '../../src-shared/units.ts';
import { openBooks } from '../books/books.ts';
import { ownerReader } from '../host/owner-language.ts';
import type { Platform } from '../host/platform.ts';
import { trialOptions } from '../host/trial-options.ts';
import { findNetwork } from '../network/access.ts';
import { openKeyVault } from '../network/key-vault.ts';
import { openNotices } from '../owner/notices.ts';
import { openSettings } from '../settings/store.ts';
import { openShowing } from '../window/showing.ts';
import { openSnapshots } from '../window/snapshots.ts';

/** What everything else stands on, and what may be refused: a folder of our own, books, settings, a key and a network. */
export async function openFoundation(platform: Platform) {
  const { folder } = platform;
  const trial = trialOptions(platform.env);
  if (trial.kind === 'refused') return trial;
  const lock = lockFolder(folder);
  if (lock.kind === 'refused') return lock;
  const opened = openBooks(join(folder, 'books'));
  if (opened.kind === 'refused') return opened;
  const { books } = opened;
  const life = new AbortController();
  const { signal } = life;
  const clock = () => millis(Date.now());

  const snapshots = openSnapshots(books);
  const showing = openShowing({ show: platform.show, stale: snapshots.stale, signal });
  const notices = openNotices(showing.draw);
  const { settings, notices: aboutSettings } = openSettings(platform.settingsDisk, clock());
  const { identity, notices: aboutKey } = openKeyVault(folder, platform.sealer);
  const home = await findNetwork(trial.network, { folder, signal, notice: notices.add });
  if (home.kind === 'refused') {
    books.close();
    return home;
  }
  return {
    kind: 'open' as const,
    trial,
    lock,
    books,
    store: openBlobStore(join(folder, 'blobs')),
    life,
    clock,
    snapshots,
    showing,
    notices,
    settings,
    /** The owner, as they wish to be spoken to at this moment. */
    reader: (): Reader => ownerReader(settings.read().language, platform.languages()),
    identity,
    home,
    /** Of what was found on the way. */
    said: [...opened.notices, ...aboutSettings, ...aboutKey],
  };
}
export type Foundation = Extract<Awaited<ReturnType<typeof openFoundation>>, { kind: 'open' }>;
