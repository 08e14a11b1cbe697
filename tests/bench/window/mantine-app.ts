import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import react from '@vitejs/plugin-react';
import { build } from 'vite';

/** An Electron app with one page: Mantine, and a title. */
const MAIN = `
const { app, BrowserWindow } = require('electron');
app.setPath('userData', process.env.EMPTY_HOME);
const open = () =>
  new BrowserWindow({ width: 1080, height: 720, webPreferences: { sandbox: true } }).loadFile('page/index.html');
app.whenReady().then(open);
app.on('activate', open);
app.on('window-all-closed', () => {});
`;

const PAGE = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Empty</title></head>
<body><div id="root"></div><script type="module" src="./page.tsx"></script></body></html>`;

const SOURCE = `
import '@mantine/core/styles.css';
import { MantineProvider, Paper, Title } from '@mantine/core';
import { createRoot } from 'react-dom/client';
const root = document.getElementById('root');
if (root) createRoot(root).render(
  <MantineProvider><Paper withBorder><Title order={1}>Empty</Title></Paper></MantineProvider>,
);
`;

/** Builds it in `root`, with the packages of `repository`. */
export async function writeMantineApp(root: string, repository: string) {
  const folder = join(root, 'mantine-app');
  // Beside the packages, so that they are found; never committed.
  const source = join(repository, 'node_modules', '.offpeak-bench');
  for (const place of [folder, source, join(root, 'mantine')])
    mkdirSync(place, { recursive: true });
  writeFileSync(join(source, 'index.html'), PAGE);
  writeFileSync(join(source, 'page.tsx'), SOURCE);
  await build({
    root: source,
    configFile: false,
    base: './',
    logLevel: 'warn',
    plugins: [react()],
    build: {
      outDir: join(folder, 'page'),
      emptyOutDir: true,
      target: 'chrome114',
      modulePreload: { polyfill: false },
      chunkSizeWarningLimit: 4096,
    },
  });
  writeFileSync(
    join(folder, 'package.json'),
    JSON.stringify({ name: 'mantine', version: '1.0.0', main: 'main.cjs' }),
  );
  writeFileSync(join(folder, 'main.cjs'), MAIN);
  return { folder, env: { EMPTY_HOME: join(root, 'mantine'), HOME: root } };
}
