import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { downloadModel } from '../../../src-main/models/download.ts';
import type { Models } from '../../../src-network/model-transfer.ts';
import { quote } from '../../../src-shared/said.ts';
import { modelOfBytes, tinyModel } from '../../runner/llm/tiny-model.ts';
import { tempFolder } from '../../worlds/temp-folder.ts';

const whole = tinyModel();
const model = modelOfBytes(whole);
const CUT = { kind: 'unreachable', detail: quote('the line was cut') } as const;

/** A network that sends so many bytes with each try, and then what the test says; all of it with the last. */
function sender(tries: readonly number[], sent: Buffer = whole) {
  const begun: number[] = [];
  const fetch: Models['fetch'] = async (_model, from, take) => {
    const most = tries[begun.push(from) - 1];
    const end = most === undefined ? sent.length : from + most;
    for (let at = from; at < end; at += 50_000)
      await take(sent.subarray(at, Math.min(end, at + 50_000)));
    return most === undefined ? { kind: 'ok' } : CUT;
  };
  return { begun, source: { fetch } };
}

function begin(
  source: Pick<Models, 'fetch'>,
  had: Buffer | null = null,
  life = new AbortController(),
) {
  const part = join(tempFolder(), 'a.part');
  if (had) writeFileSync(part, had);
  const seen: number[] = [];
  const done = downloadModel(
    model,
    part,
    source,
    (bytes, of) => {
      expect(of).toBe(whole.length);
      seen.push(bytes);
    },
    life.signal,
  );
  return { part, seen, done };
}

test('a line that breaks goes on where it broke, and what arrives is the model to the last byte', async () => {
  const { begun, source } = sender([100_000]);
  const { part, seen, done } = begin(source);
  expect(await done).toEqual({ kind: 'ok' });
  expect(begun).toEqual([0, 100_000]);
  expect(readFileSync(part).equals(whole)).toBe(true);
  expect(seen.at(-1)).toBe(whole.length);
  expect(seen).toEqual([...seen].sort((a, b) => a - b));
});

test('what is whole on the disk already is asked for by nobody', async () => {
  const { begun, source } = sender([]);
  expect(await begin(source, whole).done).toEqual({ kind: 'ok' });
  expect(begun).toEqual([]);
});

test('more than the whole was never ours: it begins anew', async () => {
  const { begun, source } = sender([]);
  const { part, done } = begin(source, Buffer.concat([whole, whole]));
  expect(await done).toEqual({ kind: 'ok' });
  expect(begun).toEqual([0]);
  expect(readFileSync(part).equals(whole)).toBe(true);
});

test.each([
  ['what the network sends', null, Buffer.alloc(whole.length)],
  ['what lay on the disk', Buffer.alloc(1000), whole],
] as const)(
  'another model in %s is found out, and nothing of it stays',
  async (_where, had, sent) => {
    const { source } = sender([], sent);
    const { part, done } = begin(source, had);
    expect(await done).toMatchObject({ kind: 'corrupt' });
    expect(existsSync(part)).toBe(false);
  },
);

test('a network that does not list it is asked once, and what is here stays for the next time', async () => {
  let asked = 0;
  const { part, done } = begin(
    {
      fetch: async () => {
        asked += 1;
        return { kind: 'missing', detail: quote('not listed') };
      },
    },
    whole.subarray(0, 1000),
  );
  expect(await done).toEqual({ kind: 'missing', detail: quote('not listed') });
  expect(asked).toBe(1);
  expect(readFileSync(part)).toHaveLength(1000);
});

test('an owner who comes back ends a fetch that waits for its line, and keeps what came', async () => {
  const life = new AbortController();
  const { begun, source } = sender([100_000, 0, 0, 0, 0]);
  const { part, done } = begin(source, null, life);
  const heard = done.then((answer) => answer);
  while (begun.length < 1) await new Promise((resolve) => setImmediate(resolve));
  life.abort();
  expect(await heard).toEqual(CUT);
  expect(readFileSync(part)).toHaveLength(100_000);
  // The try that the abort woke is the last one.
  expect(begun.length).toBeLessThanOrEqual(2);
});
