// The window over canned snapshots, for looking at it in a browser:  node tests/worlds/window/preview.mjs
// Then open the printed address with ?state=NAME, where NAME is a snapshot of snapshots.ts; also theme=dark, language=de.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, extname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import react from '@vitejs/plugin-react';
import { build, runnerImport } from 'vite';
import { WebSocketServer } from 'ws';

const here = dirname(fileURLToPath(import.meta.url));
const renderer = join(here, '../../../src-renderer');
const types = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.woff2': 'font/woff2',
};

/**
 * Builds the window and serves it on loopback. `heard` collects the commands it sends; `push` shows a snapshot in every
 * window that is open; `named` keeps the names of components, for a profiler.
 * @param {{ named?: boolean }} [how]
 * @returns {Promise<{ address: string, states: string[], snapshots: Record<string, import('../../../src-shared/snapshot.ts').Snapshot>,
 *   heard: unknown[], push: (snapshot: object) => void, close: () => void }>}
 */
export async function openPreview({ named = false } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'offpeak-preview-'));
  await build({
    root: renderer,
    configFile: false,
    base: './',
    logLevel: 'warn',
    plugins: [react()],
    build: {
      outDir: folder,
      emptyOutDir: true,
      minify: !named,
      target: 'chrome114',
      modulePreload: { polyfill: false },
    },
  });
  const loaded = await runnerImport(join(here, 'snapshots.ts'), {
    configFile: false,
    logLevel: 'warn',
  });
  const { snapshots } = loaded.module;
  const { answerFrom, runsOf } = (
    await runnerImport(join(here, 'answers.ts'), { configFile: false, logLevel: 'warn' })
  ).module;
  const { openTeller, snapshotFrame } = (
    await runnerImport(join(here, 'deltas.ts'), { configFile: false, logLevel: 'warn' })
  ).module;
  const heard = [];
  const tellers = new WeakMap();
  const show = (socket, snapshot) => {
    const tell = tellers.get(socket) ?? openTeller();
    tellers.set(socket, tell);
    socket.send(snapshotFrame(tell(snapshot)));
  };

  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    const name = url.pathname === '/' ? '/index.html' : url.pathname;
    const state = url.searchParams.get('state');
    const theme = url.searchParams.get('theme') ?? 'system';
    const language = url.searchParams.get('language') ?? 'system';
    try {
      const body = readFileSync(join(folder, name.replaceAll('..', '')));
      const cookies = state
        ? { 'set-cookie': [`state=${state}`, `theme=${theme}`, `language=${language}`] }
        : {};
      response.writeHead(200, { 'content-type': types[extname(name)] ?? 'text/plain', ...cookies });
      response.end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  const sockets = new WebSocketServer({ server, path: '/window' });
  sockets.on('connection', (socket, request) => {
    const cookies = new URLSearchParams((request.headers.cookie ?? '').replaceAll('; ', '&'));
    const snapshot = snapshots[cookies.get('state') ?? 'fresh'] ?? snapshots.fresh;
    const theme = cookies.get('theme') ?? 'system';
    const language = cookies.get('language') ?? 'system';
    const shown = { ...snapshot, settings: { ...snapshot.settings, theme, language } };
    show(socket, shown);
    socket.on('message', (text) => {
      const { id, command, question } = JSON.parse(String(text));
      if (question) {
        const { earnings, network } = snapshot;
        const answer = answerFrom(earnings.ever ? runsOf(350, network.test) : []);
        socket.send(JSON.stringify({ id, answer: answer(question) }));
        return;
      }
      heard.push(command);
      socket.send(JSON.stringify({ id, reply: { kind: 'ok' } }));
      if (command.kind === 'watch-earnings') {
        const { lastDay, lastWeek, lastYear } = snapshots;
        const ranges = { '24h': lastDay, '7d': lastWeek, '30d': snapshot, '1y': lastYear };
        const { earnings } = ranges[command.range];
        show(socket, { ...shown, earnings: { ...earnings, range: command.range } });
      }
    });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    address: `http://127.0.0.1:${server.address().port}/`,
    states: Object.keys(snapshots),
    snapshots,
    push: (snapshot) => {
      for (const socket of sockets.clients) show(socket, snapshot);
    },
    heard,
    close: () => {
      for (const socket of sockets.clients) socket.terminate();
      server.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { address, states } = await openPreview();
  console.log(states.map((state) => `${address}?state=${state}`).join('\n'));
}
