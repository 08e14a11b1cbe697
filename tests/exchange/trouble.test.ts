import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openDatabase } from '../../src-disk/database.ts';
import { startExchange } from '../../src-exchange/exchange.ts';
import { inEnglish } from '../../src-shared/wording.ts';
import { NO_DISK, smallDisk } from '../worlds/computer/small-disk.ts';
import { tempFolder } from '../worlds/temp-folder.ts';
import { noopJob, sha256 } from './jobs.ts';
import { connect, lane, newKey, noopOutputs, takeJob, upload } from './scripted-agent.ts';
import { join as joinWorld, openWorld } from './world.ts';

const network = { name: 'Test network', test: true };

test('a port in use is said, and another is taken', async () => {
  const folder = tempFolder();
  const blocker = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => blocker.once('listening', resolve));
  const address = blocker.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const stop = new AbortController();
  const notices: string[] = [];
  const exchange = await startExchange({
    folder: folder,
    port,
    network,
    signal: stop.signal,
    notice: (what) => notices.push(inEnglish(what)),
  });
  const { port: other } = new URL(exchange.url);
  expect(notices).toEqual([
    `Port ${port} is in use by another program; the exchange listens on port ${other} instead.`,
  ]);
  stop.abort();
  await exchange.closed;
  blocker.close();
});

test('a folder that cannot be used is named, with why', async () => {
  const folder = tempFolder();
  writeFileSync(join(folder, 'file'), '');
  const { signal } = new AbortController();
  const start = (path: string) =>
    startExchange({ folder: path, port: 0, network, signal, notice: () => {} });
  await expect(start(join(folder, 'file/exchange'))).rejects.toThrow(
    /cannot use .*file\/exchange: a file is in the way/,
  );
});

test('what only the owner may read is readable by the owner only, and gone from sight when closed', async () => {
  const folder = tempFolder();
  const running = join(folder, 'exchange.json');
  {
    await using world = await openWorld(folder);
    const { url, buyerToken } = world.exchange;
    expect(JSON.parse(readFileSync(running, 'utf8'))).toEqual({
      url,
      buyerToken,
      pid: process.pid,
    });
    for (const file of ['exchange.json', 'secrets.json'])
      expect(statSync(join(folder, file)).mode & 0o077).toBe(0);
  }
  expect(existsSync(running)).toBe(false);
});

test('the signer and the sums outlive a restart', async () => {
  await using world = await openWorld();
  const { signer, buyerToken } = world.exchange;
  await world.restart();
  expect(world.exchange).toMatchObject({ signer, buyerToken });
});

test('damaged keys and a damaged queue are kept aside and said; the exchange starts all the same', async () => {
  const folder = tempFolder();
  writeFileSync(join(folder, 'secrets.json'), '{"signerKey": "0x');
  writeFileSync(join(folder, 'queue.db'), 'x'.repeat(10_000));
  writeFileSync(join(folder, 'receipts.db'), 'x'.repeat(10_000));
  await using world = await openWorld(folder);
  expect(world.notices).toHaveLength(3);
  expect(world.notices.join('\n')).toMatch(/receipts.*\n.*keys were damaged.*\n.*queue/);
  await world.submit(noopJob('a'));
  const aside = readdirSync(folder).filter((name) => name.includes('.corrupt-'));
  expect(aside.sort()).toEqual([
    expect.stringMatching(/^queue\.corrupt-.*Z\.db$/),
    expect.stringMatching(/^receipts\.corrupt-.*Z\.db$/),
    expect.stringMatching(/^secrets\.corrupt-.*Z\.json$/),
  ]);
  expect(readFileSync(join(folder, aside[2] ?? ''), 'utf8')).toBe('{"signerKey": "0x');
});

test.each(['damaged', 'lost'])(
  'where the book of receipts is %s, sums begin again under a new key, and no old job is paid twice',
  async (how) => {
    await using world = await openWorld();
    const { signer, buyerToken } = world.exchange;
    const first = await joinWorld(world);
    const finish = async ({ line, token }: typeof first) => {
      const { lease } = await takeJob(line);
      await world.deliver(token);
      line.say({ kind: 'result', lease, outputs: noopOutputs });
      return { lease, signed: (await line.next('receipt')).signed };
    };
    await world.submit(noopJob('a'));
    const old = await finish(first);
    expect(old.signed.signer).toBe(signer);
    first.line.hangUp();
    const readSecrets = () => JSON.parse(readFileSync(join(world.folder, 'secrets.json'), 'utf8'));
    const { signerKey } = readSecrets();

    const book = join(world.folder, 'receipts.db');
    await world.restart(() => {
      for (const end of ['-wal', '-shm']) rmSync(book + end, { force: true });
      if (how === 'lost') rmSync(book);
      else writeFileSync(book, 'x'.repeat(10_000));
    });
    expect(world.exchange.buyerToken).toBe(buyerToken);
    expect(world.exchange.signer).not.toBe(signer);
    expect(world.notices.join('\n')).toMatch(
      /sums of all receipts so far cannot be read, so new receipts have a new signer.*secrets\.json\.$/,
    );
    // What the former key signed is still owed, so it must not be lost.
    expect(readSecrets().formerKeys).toEqual([signerKey]);

    const back = await joinWorld(world, first.key);
    expect(back.welcome.signer).toBe(world.exchange.signer);
    back.line.say({ kind: 'result', lease: old.lease, outputs: noopOutputs });
    expect((await back.line.next('revoked')).detail).toMatch(
      /a was finished before the book of receipts was lost/,
    );
    await world.submit(noopJob('b'));
    const { signed } = await finish(back);
    expect(signed.signer).toBe(world.exchange.signer);
    expect(signed.receipt.cumulative).toBe(1000);
    const said = world.notices.length;
    const current = world.exchange.signer;
    await world.restart();
    expect(world.exchange.signer).toBe(current);
    expect(world.notices).toHaveLength(said);
  },
);

test('a full database says so, keeps what it had, and goes on when there is room', () => {
  const folder = tempFolder();
  const db = openDatabase(join(folder, 'x.db'), ['CREATE TABLE t (a TEXT)'], 'jobQueue', () => {});
  db.exec('PRAGMA max_page_count = 3');
  const fill = () => db.prepare('INSERT INTO t VALUES (?)').run(['x'.repeat(20_000)]);
  expect(fill).toThrow(/full/);
  db.exec('PRAGMA max_page_count = 1000');
  expect(fill).not.toThrow();
  db.close();
});

test('a full disk refuses new work in words, and loses no finished work', async (context) => {
  const disk = smallDisk('1m');
  if (!disk) return context.skip(NO_DISK);
  onTestFinished(disk.remove);
  await using world = await openWorld(disk.path);
  const { agentUrl, url, buyerToken } = world.exchange;
  const { line, welcome } = await connect(agentUrl, newKey());
  line.say({ kind: 'advert', lanes: [lane()] });
  await world.submit(noopJob('a'));
  const { lease } = await takeJob(line);
  await world.deliver(welcome.blobToken);

  const filler = join(disk.path, 'filler');
  for (let size = 2 ** 20; size >= 512; size /= 2)
    try {
      writeFileSync(filler, Buffer.alloc(size), { flag: 'a' });
    } catch {
      // The next half may fit.
    }
  const big = Buffer.alloc(200_000, 1);
  const refused = await upload(url, buyerToken, big, sha256(big));
  expect(refused.status).toBe(507);
  expect(await refused.text()).toMatch(/the disk is full/);
  const jobs = Array.from({ length: 100 }, (_, i) => noopJob(`b-${i}`));
  const unkept = await world.post(jobs);
  expect(unkept.status).toBe(507);
  expect(await unkept.text()).toMatch(/the disk is full/);
  line.say({ kind: 'result', lease, outputs: noopOutputs });
  const answer = await line.any();
  expect(['receipt', 'error']).toContain(answer.kind);

  writeFileSync(filler, '');
  line.say({ kind: 'result', lease, outputs: noopOutputs });
  const { signed } = await line.next('receipt');
  expect(signed.receipt.cumulative).toBe(1000);
  expect((await world.post(jobs)).status).toBe(201);
  expect(world.notices.join('\n')).toMatch(/the disk is full/);
});
