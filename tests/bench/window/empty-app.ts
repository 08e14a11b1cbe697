import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** An Electron app that does nothing but put up a tray icon, and a window where it is asked for one. */
const MAIN = `
const { app, BrowserWindow, nativeImage, Tray } = require('electron');
app.setPath('userData', process.env.EMPTY_HOME);
let tray;
app.whenReady().then(() => {
  tray = new Tray(nativeImage.createFromPath(process.env.EMPTY_ICON));
  if (!process.argv.includes('--hidden'))
    new BrowserWindow({ width: 1080, height: 720 }).loadFile('blank.html');
});
`;

export type EmptyApp = {
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
};

/** Writes the app into `root`. Started with `--hidden` it has no window, as Offpeak. */
export function writeEmptyApp(root: string, repository: string): EmptyApp {
  const folder = join(root, 'empty-app');
  const home = join(root, 'empty');
  mkdirSync(folder);
  mkdirSync(home);
  const manifest = { name: 'empty', version: '1.0.0', main: 'main.cjs' };
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
  writeFileSync(join(folder, 'main.cjs'), MAIN);
  writeFileSync(join(folder, 'blank.html'), '<!doctype html><title>Blank</title>Blank');
  const icon = join(repository, 'assets', 'tray-off-light.png');
  return { folder, env: { EMPTY_HOME: home, EMPTY_ICON: icon, HOME: root } };
}
