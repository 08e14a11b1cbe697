// Stands in for Electron's own resources/default_app.asar, which the trial runtime lacks:
//   electron [--switches] [-r module]... <folder or file> [arguments]
// It gives the started app what Electron's default app would: name, version, app path, process.defaultApp.
'use strict';
const { app } = require('electron');
const fs = require('node:fs');
const Module = require('node:module');
const path = require('node:path');

/** Splits the command line the way Electron's default app does: what comes first and has no dash is the app. */
function readCommandLine(words) {
  const preloads = [];
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at];
    if (word === '-v' || word === '--version') return { kind: 'version', preloads };
    if (word === '-r' || word === '--require') {
      at += 1;
      preloads.push(words[at]);
    } else if (word.startsWith('--app=')) {
      return { kind: 'app', file: word.slice('--app='.length), preloads };
    } else if (!word.startsWith('-')) {
      return { kind: 'app', file: word, preloads };
    }
  }
  return { kind: 'nothing', preloads };
}

function introduce(folder) {
  const manifestFile = path.join(folder, 'package.json');
  if (!fs.existsSync(manifestFile)) return null;
  const manifest = JSON.parse(fs.readFileSync(manifestFile, 'utf8'));
  if (manifest.version) app.setVersion(manifest.version);
  app.name = manifest.productName || manifest.name || app.name;
  app.setDesktopName(manifest.desktopName || `${app.name}.desktop`);
  return folder;
}

const asked = readCommandLine(process.argv.slice(1));
if (asked.preloads.length > 0) Module._preloadModules(asked.preloads);
switch (asked.kind) {
  case 'version':
    console.log(`v${process.versions.electron}`);
    process.exit(0);
    break;
  case 'nothing':
    console.error('electron: no app was named; say electron <folder>');
    app.exit(2);
    break;
  case 'app': {
    Object.defineProperty(process, 'defaultApp', { enumerable: true, value: true });
    const packagePath = path.resolve(asked.file);
    const appPath = introduce(packagePath);
    const mainFile = Module._resolveFilename(packagePath, null, true);
    app.setAppPath(appPath || path.dirname(mainFile));
    Module._load(mainFile, module, true);
    break;
  }
}
