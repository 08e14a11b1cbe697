import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { runCommand } from '../command.mjs';
import { canInstall, debianCommand, installPackages } from './debian.mjs';

/**
 * Which Debian package brings a shared library. Where a release renamed one (the 64-bit time change), the
 * newer name comes first; the first that the release knows is taken.
 * @type {Readonly<Record<string, readonly string[]>>}
 */
export const packageOfLibrary = {
  'libEGL.so.1': ['libegl1'],
  'libGL.so.1': ['libgl1'],
  'libX11-xcb.so.1': ['libx11-xcb1'],
  'libX11.so.6': ['libx11-6'],
  'libXcomposite.so.1': ['libxcomposite1'],
  'libXdamage.so.1': ['libxdamage1'],
  'libXext.so.6': ['libxext6'],
  'libXfixes.so.3': ['libxfixes3'],
  'libXrandr.so.2': ['libxrandr2'],
  'libasound.so.2': ['libasound2t64', 'libasound2'],
  'libatk-1.0.so.0': ['libatk1.0-0t64', 'libatk1.0-0'],
  'libatk-bridge-2.0.so.0': ['libatk-bridge2.0-0t64', 'libatk-bridge2.0-0'],
  'libatspi.so.0': ['libatspi2.0-0t64', 'libatspi2.0-0'],
  'libcairo.so.2': ['libcairo2'],
  'libcups.so.2': ['libcups2t64', 'libcups2'],
  'libdbus-1.so.3': ['libdbus-1-3'],
  'libdrm.so.2': ['libdrm2'],
  'libexpat.so.1': ['libexpat1'],
  'libgbm.so.1': ['libgbm1'],
  'libgio-2.0.so.0': ['libglib2.0-0t64', 'libglib2.0-0'],
  'libglib-2.0.so.0': ['libglib2.0-0t64', 'libglib2.0-0'],
  'libgobject-2.0.so.0': ['libglib2.0-0t64', 'libglib2.0-0'],
  'libgtk-3.so.0': ['libgtk-3-0t64', 'libgtk-3-0'],
  'libnotify.so.4': ['libnotify4'],
  'libnspr4.so': ['libnspr4'],
  'libnss3.so': ['libnss3'],
  'libnssutil3.so': ['libnss3'],
  'libpango-1.0.so.0': ['libpango-1.0-0'],
  'libsmime3.so': ['libnss3'],
  'libudev.so.1': ['libudev1'],
  'libvulkan.so.1': ['libvulkan1'],
  'libxcb.so.1': ['libxcb1'],
  'libxkbcommon.so.0': ['libxkbcommon0'],
};

/** Which Debian package brings a program that the tests call. */
export const packageOfProgram = {
  'xvfb-run': ['xvfb'],
  Xvfb: ['xvfb'],
  xauth: ['xauth'],
  'dbus-run-session': ['dbus'],
  'g++': ['g++'],
};

/**
 * Opened only once Electron runs, so the linker cannot tell that they are missing: without the first it ends
 * with SIGTRAP and no word (25.1.1, seen on a bare Debian 12), the second is linked in old Electrons only.
 */
const LOADED_LATER = ['libX11-xcb.so.1', 'libgtk-3.so.0'];

/** Without these the window is drawn in software and notices stay unseen; not worth refusing to start. */
const WELCOME = ['libEGL.so.1', 'libGL.so.1', 'libnotify.so.4'];

/**
 * What the window needs and this system lacks. Nothing on systems whose Electron brings everything.
 * @param {string} executable Electron's
 * @returns {Promise<string[]>} names of shared libraries
 */
export async function missingLibraries(executable) {
  if (process.platform !== 'linux') return [];
  const [linked, known] = await Promise.all([
    runCommand('ldd', [executable]),
    runCommand('/sbin/ldconfig', ['-p']),
  ]);
  const opened = canInstall() ? [...LOADED_LATER, ...WELCOME] : LOADED_LATER;
  const later = known.code === 0 ? opened.filter((name) => !known.output.includes(name)) : [];
  return [...new Set([...notFound(linked.output), ...later])];
}

/**
 * The libraries that ldd did not find.
 * @param {string} lddOutput
 */
export function notFound(lddOutput) {
  return [...lddOutput.matchAll(/^\s*(\S+) => not found/gm)].map(([, name]) => name);
}

/** Whether the system itself has a Vulkan loader, which Dawn opens in plain Node. */
export async function hasVulkanLoader() {
  const { output } = await runCommand('/sbin/ldconfig', ['-p']);
  return output.includes('libvulkan.so.1');
}

/** The programs that the tests call and this system lacks. */
export function missingPrograms(path = process.env.PATH ?? '') {
  if (process.platform !== 'linux') return [];
  const folders = path.split(delimiter);
  return Object.keys(packageOfProgram).filter(
    (name) => !folders.some((folder) => existsSync(join(folder, name))),
  );
}

/**
 * Brings missing libraries and programs by apt where this account may.
 * @param {readonly string[]} missing library and program names
 * @param {(line: string) => void} say
 * @returns {Promise<string | null>} null when nothing is missing any more, else one line that says what to do
 */
export async function bringSystemPackages(missing, say) {
  if (missing.length === 0) return null;
  const choices = missing.flatMap((name) => {
    const packages = packageOfLibrary[name] ?? packageOfProgram[name];
    return packages === undefined ? [] : [packages];
  });
  const strangers = missing.filter((name) => !packageOfLibrary[name] && !packageOfProgram[name]);
  if (strangers.length > 0 || !canInstall()) return adviceFor(missing, choices, strangers);
  return installPackages(choices, say);
}

/** One line to copy, or, where there is no apt or no package is known, the names to look for. */
export async function adviceFor(missing, choices, strangers) {
  const command = strangers.length === 0 ? await debianCommand(choices) : null;
  const [first, second, third, ...rest] = missing;
  const named = [first, second, third].filter((name) => name !== undefined).join(', ');
  const lacks = `This system lacks ${command === null ? missing.join(', ') : named}`;
  if (command === null) return `${lacks}; install what brings them.`;
  return `${lacks}${rest.length > 0 ? ` and ${rest.length} more` : ''}. Run: ${command}`;
}
