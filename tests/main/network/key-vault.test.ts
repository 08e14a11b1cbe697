import { chmodSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Sealer } from '../../../src-main/host/platform.ts';
import { noSealer, openKeyVault } from '../../../src-main/network/key-vault.ts';
import { saying } from '../../worlds/saying.ts';
import { tempFolder } from '../../worlds/temp-folder.ts';

const AT = Date.UTC(2026, 10, 22, 10, 15, 30);

/** A keyring that turns bytes over, and opens only what it sealed. */
const keyring: Sealer = {
  available: true,
  seal: (text) => Buffer.from(`sealed:${text}`).reverse(),
  open: (sealed) => {
    const text = Buffer.from(sealed).reverse().toString();
    if (!text.startsWith('sealed:')) throw new Error('the keyring does not know this');
    return text.slice(7);
  },
};
const openWith = (folder: string, sealer: Sealer) => {
  const { identity, notices } = openKeyVault(folder, sealer, AT);
  return { agent: identity.agent, notices };
};

describe('the key of this computer', () => {
  test('is the same at every start, in a file only the owner may read', () => {
    const folder = join(tempFolder(), 'data');
    const first = openWith(folder, noSealer);
    expect(openWith(folder, noSealer)).toEqual({ agent: first.agent, notices: [] });
    const path = join(folder, 'identity.json');
    expect(statSync(path).mode & 0o777).toBe(0o600);
    chmodSync(path, 0o644);
    openWith(folder, noSealer);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  test('lies sealed where there is a keyring, and the secret nowhere else', () => {
    const folder = tempFolder();
    const first = openKeyVault(folder, keyring, AT);
    expect(openWith(folder, keyring)).toEqual({ agent: first.identity.agent, notices: [] });
    expect(readdirSync(folder)).toEqual(['identity.sealed']);
    const text = readFileSync(join(folder, 'identity.sealed'), 'utf8');
    expect(text).not.toContain(first.identity.exportKey().d);
  });

  test('is sealed as soon as there is a keyring, and stays the same', () => {
    const folder = tempFolder();
    const { agent } = openWith(folder, noSealer);
    expect(openWith(folder, keyring)).toEqual({ agent, notices: [] });
    expect(readdirSync(folder)).toEqual(['identity.sealed']);
  });

  test('is not lost when the keyring is away for once', () => {
    const folder = tempFolder();
    const sealed = openWith(folder, keyring);
    const second = openWith(folder, noSealer);
    expect(second.agent).not.toBe(sealed.agent);
    expect(second.notices).toEqual([saying('keyring')]);
    expect(openWith(folder, noSealer)).toEqual({ agent: second.agent, notices: [] });
    expect(openWith(folder, keyring)).toEqual({ agent: sealed.agent, notices: [] });
  });

  test.each([
    ['identity.json', '{"kty":"OKP"', noSealer],
    ['identity.json', '{"kty":"OKP","crv":"Ed25519","d":"x","x":"y"}', noSealer],
    ['identity.sealed', 'bm90IG91cnM=', keyring],
  ])(
    'that is damaged (%s: %s) is kept aside, and a new one made with a notice',
    (name, text, sealer) => {
      const folder = tempFolder();
      writeFileSync(join(folder, name), text);
      const { agent, notices } = openWith(folder, sealer);
      const aside = name.replace('.', '.corrupt-2026-11-22T10-15-30-000Z.');
      expect(notices).toEqual([saying(aside)]);
      expect(readFileSync(join(folder, aside), 'utf8')).toBe(text);
      expect(openWith(folder, sealer)).toEqual({ agent, notices: [] });
    },
  );

  test('works for this run even where it cannot be saved', () => {
    const file = join(tempFolder(), 'file');
    writeFileSync(file, '');
    const { agent, notices } = openWith(join(file, 'data'), noSealer);
    expect(agent).toHaveLength(43);
    expect(notices).toEqual([saying('could not be saved')]);
  });
});
