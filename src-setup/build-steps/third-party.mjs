import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { repository } from '../places.mjs';

/**
 * @typedef {{ name: string, version: string, licence: string, text: string }} Notice one package that is shipped; `licence` is
 *   its SPDX expression, `text` its terms as its authors wrote them. Either is empty where there is none
 */

/** Ours to ship on their terms, which all ask for no more than that they are passed on (SPDX identifiers). */
const WELCOME = new Set([
  ...['0BSD', 'BSD-2-Clause', 'BSD-3-Clause', 'BlueOak-1.0.0', 'ISC', 'MIT', 'Zlib'],
  ...['Apache-2.0', 'CC0-1.0', 'OFL-1.1', 'Unlicense'],
]);

/** Packages with nothing but a library of the project they belong to, which alone holds the text. */
const TEXT_LIES_IN = [
  [/^@libsql\//, 'libsql'],
  [/^@koromix\/koffi-/, 'koffi'],
];

/** What lies in a package without a word about it: whose package, and our copy of its authors' text in src-setup/notices. */
const ALSO_INSIDE = [
  [/^@node-llama-cpp\//, 'llama.cpp'],
  [/^@libsql\//, 'libsql'],
];

const TEXT = /^(?:licen[cs]e|copying|notice)(?:[-.].*)?$/i;
const PACKAGE = /^(.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+)[\\/]/;

/**
 * Remembers which packages a build has taken something from: code, style sheets, fonts.
 * @param {Set<string>} folders where they are remembered, by the folder of the package
 * @returns {import('vite').Plugin}
 */
export const packagesTaken = (folders) => ({
  name: 'packages-taken',
  generateBundle(_options, files) {
    const parts = Object.values(files).flatMap((file) =>
      file.type === 'chunk'
        ? Object.keys(file.modules)
        : file.originalFileNames.map((name) => join(this.environment.config.root, name)),
    );
    // Style sheets leave no module behind in the code.
    const sheets = [...this.getModuleIds()].filter((id) => /\.css(?:\?|$)/.test(id));
    for (const id of [...parts, ...sheets]) {
      const folder = packageFolder(id);
      if (folder !== null) folders.add(folder);
    }
  },
});

/** The folder of the package that a module belongs to, or null where it is ours. */
export const packageFolder = (id) => PACKAGE.exec(id.replaceAll('\0', ''))?.[1] ?? null;

/**
 * The packages that are shipped as they are: those that package.json names as dependencies, and theirs, as far as this machine has
 * them, because each system ships only its own.
 * @returns {Set<string>} folders
 */
export function packagesShippedWhole(root = repository) {
  const folders = new Set();
  const add = (from, names) => {
    for (const name of names) {
      const folder = installed(from, name);
      if (folder === null || folders.has(folder) || isLeftOut(folder)) continue;
      folders.add(folder);
      add(folder, needs(folder));
    }
  };
  add(root, needs(root));
  return folders;
}

function needs(folder) {
  const { dependencies = {}, optionalDependencies = {} } = manifest(folder);
  return Object.keys({ ...dependencies, ...optionalDependencies });
}

/** As Node looks for it: in the node_modules of each folder on the way up. */
function installed(from, name) {
  for (let at = from; ; at = dirname(at)) {
    const folder = join(at, 'node_modules', name);
    if (existsSync(join(folder, 'package.json'))) return folder;
    if (at === dirname(at)) return null;
  }
}

const manifest = (folder) => JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));

/** Our own empty package in the place of one that we do not ship (package.json, `overrides`). */
const isLeftOut = (folder) => existsSync(join(folder, 'package.json')) && manifest(folder).private;

/**
 * What is to be said of these packages, sorted by name.
 * @param {Iterable<string>} folders
 * @returns {Notice[]}
 */
export function noticesOf(folders) {
  const all = [...folders].map((folder) => {
    const { name, version, license } = manifest(folder);
    const home = TEXT_LIES_IN.find(([pattern]) => pattern.test(name))?.[1];
    const own = textsIn(folder);
    const lent = own === '' && home !== undefined ? textsIn(installed(folder, home)) : own;
    const inside = ALSO_INSIDE.filter(([pattern]) => pattern.test(name)).map(
      ([, file]) => `----- ${file}, inside -----\n\n${read(join(notices, `${file}.txt`))}`,
    );
    return {
      name,
      version,
      licence: typeof license === 'string' ? license : '',
      text: lent === '' ? '' : [lent, ...inside].join('\n\n'),
    };
  });
  const order = (notice) => `${notice.name}@${notice.version}`;
  const unique = new Map(all.map((notice) => [order(notice), notice]));
  return [...unique.values()].sort((a, b) => (order(a) < order(b) ? -1 : 1));
}

const notices = join(repository, 'src-setup', 'notices');
const read = (file) => readFileSync(file, 'utf8').replaceAll('\r\n', '\n').trim();

function textsIn(folder) {
  if (folder === null) return '';
  const names = readdirSync(folder).filter((name) => TEXT.test(name));
  return names
    .sort()
    .map((name) => read(join(folder, name)))
    .join('\n\n');
}

/**
 * Why this may not be shipped, a line each; none where it may.
 * @param {readonly Notice[]} all
 */
export const troubleOf = (all) =>
  all.flatMap(({ name, version, licence, text }) => [
    ...(text === '' ? [`${name} ${version} brings no text of its licence`] : []),
    ...(isWelcome(licence)
      ? []
      : [`${name} ${version} has a licence nobody has read yet: ${licence || 'none named'}`]),
  ]);

/** Of alternatives one is enough; what is joined must all be welcome. */
function isWelcome(licence) {
  const plain = licence.replaceAll(/[()]/g, '');
  return plain
    .split(/ OR /)
    .some((choice) => choice.split(/ AND /).every((word) => WELCOME.has(word.trim())));
}

/**
 * The file that is shipped, and the list that the tests read.
 * @param {string} folder the build
 * @param {readonly Notice[]} all
 */
export function writeNotices(folder, all) {
  const head = [
    'Offpeak is made with the work of others. Each part, with the terms it comes under:',
    '',
    ...all.map(({ name, version, licence }) => `  ${name} ${version} (${licence})`),
    '',
    'Electron and Chromium have files of their own in this app: LICENSE.electron.txt and LICENSES.chromium.html.',
  ];
  const parts = all.map(
    ({ name, version, text }) =>
      `${'='.repeat(80)}\n${name} ${version}\n${'='.repeat(80)}\n\n${text}\n`,
  );
  writeFileSync(
    join(folder, 'THIRD-PARTY-NOTICES.txt'),
    `${head.join('\n')}\n\n${parts.join('\n')}`,
  );
  writeFileSync(join(folder, 'third-party.json'), `${JSON.stringify(all, null, 1)}\n`);
}
