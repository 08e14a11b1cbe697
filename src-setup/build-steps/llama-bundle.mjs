import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repository } from '../places.mjs';

const home = join(repository, 'node_modules', 'node-llama-cpp');
const OWN = /[\\/]node_modules[\\/]node-llama-cpp[\\/]dist[\\/](.+\.js)$/;

/** What fetches models and sources in its own way, which we never want; and the names that are imported of it. */
const LEFT_OUT = {
  ipull: ['downloadFile', 'downloadSequence', 'DownloadStatus'],
  'simple-git': ['simpleGit'],
};

/** What is changed in which file of the package; each pattern must be found, or the package is another one. */
const changes = () => {
  const version = JSON.stringify(read('package.json').version);
  const release = JSON.stringify(read('llama/binariesGithubRelease.json').release);
  return {
    // Folders of its command line, which is not here; the runner may not even ask who its owner is.
    'config.js': [[/os\.homedir\(\)/g, 'os.tmpdir()']],
    'cli/utils/getReadablePath.js': [
      [/(function getReadablePath\(fsPath\) \{)/, '$1 return fsPath;'],
    ],
    // Both look for files of the package beside themselves, and a bundle has none.
    'bindings/utils/binariesGithubRelease.js': [[/await getBinariesGithubRelease\(\)/, release]],
    'utils/getModuleVersion.js': [[/let moduleVersion = null/, `let moduleVersion = ${version}`]],
    // It would try each library in a process forked from this very file. Our runner is such a process already, may start
    // none when it is locked in, and in a packaged Electron a fork would be a second app.
    'bindings/utils/testBindingBinary.js': [
      [/(async function testBindingBinary\([^{]*\{)/, '$1 return true;'],
    ],
    // Where drawing a token fails, as in a grammar that allows none, it would end the process instead of telling who asked.
    'evaluator/LlamaContext/LlamaContext.js': [
      [
        /(=> finishAfterDecodeAction\(action, resolvedMappedLogitValues\)\));/,
        '$1.catch(action.queuedDecode.response[1]);',
      ],
    ],
    // The packages with the libraries are ES modules that do nothing but say where they lie.
    'bindings/utils/compileLLamaCpp.js': [
      [/\(\) => import\(("@node-llama-cpp\/[^"]+")\)/g, '() => placeOf($1)'],
      [
        /^/,
        `import { createRequire as requireFrom } from "node:module";
        const placeOf = async (name) => {
          const entry = requireFrom(import.meta.url).resolve(name);
          return { getBinsDir: () => ({ binsDir: path.join(entry, "..", "..", "bins"), packageVersion: ${version} }) };
        };`,
      ],
    ],
  };
};

const read = (name) => JSON.parse(readFileSync(join(home, name), 'utf8'));

/** Lets node-llama-cpp be bundled into one file that every Node and Electron can `require`, inside an archive too. */
export function llamaInOneFile() {
  const all = changes();
  return {
    name: 'llama-in-one-file',
    enforce: 'pre',
    resolveId: (id) => (id in LEFT_OUT ? `\0left-out:${id}` : null),
    load(id) {
      const name = /^\0left-out:(.+)$/.exec(id)?.[1];
      if (name === undefined) return null;
      const names = LEFT_OUT[name];
      return `const gone = () => { throw new Error("${name} is not part of Offpeak"); };
        export { ${names.map((word) => `gone as ${word}`).join(', ')} };`;
    },
    transform(code, id) {
      const own = OWN.exec(id)?.[1]?.replaceAll('\\', '/');
      const wanted = own === undefined ? undefined : all[own];
      if (wanted === undefined) return null;
      const changed = wanted.reduce((text, [pattern, replacement]) => {
        if (text.search(pattern) < 0)
          throw new Error(`node-llama-cpp has changed: ${own} has no ${pattern}`);
        return text.replace(pattern, replacement);
      }, code);
      return { code: changed, map: { mappings: '' } };
    },
  };
}
