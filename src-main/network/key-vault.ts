import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { errorCode, errorWords, unsaved } from '../../src-disk/disk-trouble.ts';
import { FOR_OWNER_ONLY, replaceFile, setAside } from '../../src-disk/durable-file.ts';
import { type Identity, importIdentity, makeIdentity } from '../../src-network/identity.ts';
import { type Said, said } from '../../src-shared/said.ts';
import type { Sealer } from '../host/platform.ts';

/** For plain Node, where there is no keyring: the key lies in a file that only the owner may read. */
export const noSealer: Sealer = {
  available: false,
  seal: () => {
    throw new Error('there is no keyring');
  },
  open: () => {
    throw new Error('there is no keyring');
  },
};

export type OpenedVault = { readonly identity: Identity; readonly notices: readonly Said[] };

const NAME = 'identity';
/** Two files, so that a start without the keyring uses a key of its own and never touches the sealed one. */
const EXT = { sealed: '.sealed', plain: '.json' } as const;
type Kind = keyof typeof EXT;

/** Takes the file away from other users, should somebody have opened it up. */
function shut(path: string, notices: Said[]): void {
  if (process.platform === 'win32' || (statSync(path).mode & 0o077) === 0) return;
  try {
    chmodSync(path, FOR_OWNER_ONLY);
  } catch (error) {
    notices.push(said('keyOpen', { why: errorWords(error) }));
  }
}

/**
 * The key of this agent out of `folder`: sealed by the keyring where there is one, else in a file of mode 0600. A plain key is
 * sealed as soon as there is a keyring. A damaged file is kept aside and a new key made, with a notice. A key that cannot be
 * saved is used until the end of this run, with a notice.
 */
export function openKeyVault(
  folder: string,
  sealer: Sealer,
  now: number = Date.now(),
): OpenedVault {
  const notices: Said[] = [];
  const pathOf = (kind: Kind) => join(folder, `${NAME}${EXT[kind]}`);

  const load = (kind: Kind): Identity => {
    const text =
      kind === 'sealed'
        ? sealer.open(Buffer.from(readFileSync(pathOf(kind), 'utf8'), 'base64'))
        : readFileSync(pathOf(kind), 'utf8');
    const found = importIdentity(JSON.parse(text));
    if ('kind' in found) throw new SyntaxError(found.detail);
    return found;
  };
  /** The key of that file; null where there is none, and where it was damaged, after a notice. */
  const find = (kind: Kind): Identity | null => {
    if (!existsSync(pathOf(kind))) return null;
    try {
      return load(kind);
    } catch (error) {
      const why = errorWords(error).slice(0, 200);
      notices.push(said('keyUnreadable', { why, kept: keepAside(kind) }));
      return null;
    }
  };
  const keepAside = (kind: Kind): Said => {
    try {
      return said('oldKeyKept', {
        file: basename(setAside(pathOf(kind), now)),
      });
    } catch (error) {
      if (errorCode(error) === '') throw error;
      return said('oldKeyStays', { code: errorCode(error) });
    }
  };
  const save = (identity: Identity, kind: Kind): boolean => {
    const text = JSON.stringify(identity.exportKey());
    try {
      mkdirSync(folder, { recursive: true });
      const content = kind === 'sealed' ? Buffer.from(sealer.seal(text)).toString('base64') : text;
      replaceFile(pathOf(kind), content, FOR_OWNER_ONLY);
      return true;
    } catch (error) {
      // A keyring throws what it likes; only the file's errors have a code.
      const detail =
        errorCode(error) === ''
          ? said('keyringRefused', { why: errorWords(error) })
          : unsaved(error, 'theKey').detail;
      notices.push(detail);
      return false;
    }
  };

  const sealed = sealer.available ? find('sealed') : null;
  if (sealed) return { identity: sealed, notices };
  if (!sealer.available && existsSync(pathOf('sealed')) && !existsSync(pathOf('plain')))
    notices.push(said('keyringAway'));

  const plain = find('plain');
  if (plain) shut(pathOf('plain'), notices);
  const identity = plain ?? makeIdentity();
  if (sealer.available && save(identity, 'sealed')) {
    if (plain) rmSync(pathOf('plain'), { force: true });
  } else if (!plain) save(identity, 'plain');
  return { identity, notices };
}
