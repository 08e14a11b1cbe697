import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runCli } from '../../src-buyer/cli-run.ts';
import { blobOf, sha256 } from '../exchange/jobs.ts';
import { connect, lane, newKey, takeJob, upload } from '../exchange/scripted-agent.ts';
import { join as joinWorld, openWorld } from '../exchange/world.ts';
import { tempFolder } from '../worlds/temp-folder.ts';
import { tilesJob, write } from './job-files.ts';

/** The command line as typed, with what it printed. `home` is the app's data folder. */
async function offpeak(home: string, ...argv: string[]) {
  const printed: string[] = [];
  const code = await runCli(argv, {
    place: { env: { OFFPEAK_HOME: home }, platform: 'linux', home: '/nowhere' },
    out: (line) => printed.push(line),
    err: (line) => printed.push(line),
    redraw: null,
    signal: new AbortController().signal,
  });
  return { code, text: printed.join('\n') };
}

/** An app's data folder with its exchange in it. */
function home() {
  const folder = tempFolder();
  return { path: folder, exchange: join(folder, 'exchange') };
}

test('with no app running, every command says how to start it', async () => {
  const folder = tempFolder();
  write(folder, tilesJob(1));
  const line =
    'Offpeak is not running on this machine. Start it (npm start, or open the Offpeak app) and try again.';
  expect(await offpeak(folder, 'status')).toEqual({ code: 1, text: line });
  expect(await offpeak(folder, 'submit', join(folder, 'job.json'))).toEqual({
    code: 1,
    text: line,
  });
  const dead = { url: 'http://127.0.0.1:1', buyerToken: 'x', pid: 2 ** 22 + 1 };
  write(folder, { 'exchange/exchange.json': JSON.stringify(dead) });
  expect(await offpeak(folder, 'status')).toEqual({ code: 1, text: line });
  write(folder, { 'exchange/exchange.json': 'half a fi' });
  expect(await offpeak(folder, 'status')).toEqual({ code: 1, text: line });
});

test.each([
  [[], 'What should be done?'],
  [['pay'], 'There is no command pay.'],
  [['submit'], 'Which job file?'],
  [['submit', 'a', 'b'], 'Too many words: b.'],
  [['status', '--fast'], "Unknown option '--fast'"],
  [['status', '--exchange', 'http://x'], '--exchange and --token belong together.'],
  [['status', '--exchange', 'nowhere', '--token', 't'], '--exchange nowhere is not a URL.'],
])('%j is answered with what is wrong and how it is used', async (argv, words) => {
  const { code, text } = await offpeak('/nowhere', ...argv);
  expect(code).toBe(2);
  expect(text).toContain(words);
  expect(text).toContain('offpeak submit <job.json>');
});

test('submit --out waits, tells how it goes and writes the picture', async () => {
  const app = home();
  await using world = await openWorld(app.exchange);
  const work = tempFolder();
  write(work, tilesJob(1));
  const file = join(work, 'job.json');
  const { url, agentUrl, buyerToken } = world.exchange;

  expect(await offpeak(app.path, 'submit', file)).toMatchObject({
    code: 0,
    text: expect.stringMatching(/^Submitted Tiles: 1 job, called [0-9a-f]{16}\.$/),
  });
  const waiting = offpeak(app.path, 'submit', file, '--out', join(work, 'results'));
  const { line, welcome } = await connect(agentUrl, newKey());
  line.say({ kind: 'advert', lanes: [lane()] });
  const tile = Buffer.alloc(8, 9);
  await upload(url, welcome.blobToken, tile, sha256(tile));
  const outputs = [{ name: 'pixels', ...blobOf(tile) }];
  for (let i = 0; i < 2; i += 1) {
    const { lease } = await takeJob(line);
    if (i === 0) {
      const { text } = await offpeak(app.path, 'status');
      expect(text).toContain('Test network (pays in test credits)');
      expect(text).toMatch(/Jobs: \d waiting, 1 running, 0 done, 0 failed\./);
      expect(text).toContain('1 machine connected; 0 GPUs ready, 1 working.');
    }
    line.say({ kind: 'result', lease, outputs });
  }
  const { code, text } = await waiting;
  const picture = join(work, 'results/out/tiles.png');
  expect(text).toMatch(/1 of 1 job done \(100 %\)/);
  expect(text).toMatch(`Done. Wrote ${picture}.`);
  expect(code).toBe(0);
  expect(readFileSync(picture).subarray(1, 4).toString()).toBe('PNG');

  const byHand = await offpeak(
    '/nowhere',
    'status',
    '--exchange',
    `${url}/`,
    '--token',
    buyerToken,
  );
  expect(byHand.code).toBe(0);
  const wrong = await offpeak('/nowhere', 'status', '--exchange', url, '--token', 'guess');
  expect(wrong).toMatchObject({ code: 1, text: expect.stringContaining('needs a bearer token') });
});

test('a job that failed makes the command fail, with its reason and no half results', async () => {
  const app = home();
  await using world = await openWorld(app.exchange);
  const work = tempFolder();
  write(work, tilesJob(1));
  const results = join(work, 'results');
  const waiting = offpeak(app.path, 'submit', join(work, 'job.json'), '--wait', '--out', results);
  for (let i = 0; i < 2; i += 1) {
    const { line } = await joinWorld(world);
    const { lease } = await takeJob(line);
    line.say({ kind: 'failed', lease, because: 'bad-program', detail: 'line 1: no' });
  }
  const { code, text } = await waiting;
  expect(code).toBe(1);
  expect(text).toContain('Tiles failed: bad-program: line 1: no');
  expect(existsSync(results)).toBe(false);
});

test('a job file that is wrong is not submitted', async () => {
  const app = home();
  await using world = await openWorld(app.exchange);
  const { code, text } = await offpeak(app.path, 'submit', join(app.path, 'none.json'));
  expect(code).toBe(1);
  expect(text).toMatch(/none\.json: cannot be read \(no such file\)/);
  expect((await world.exchange.status()).jobs.waiting).toBe(0);
});
