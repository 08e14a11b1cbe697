import { existsSync } from 'node:fs';
import { runCommand } from '../command.mjs';

const APT = '/usr/bin/apt-get';

/** Whether this account may install packages here without asking anybody. */
export function canInstall() {
  return existsSync(APT) && process.getuid?.() === 0;
}

/**
 * Installs the first package of each choice that this release knows.
 * @param {readonly (readonly string[])[]} choices
 * @param {(line: string) => void} say
 * @returns {Promise<string | null>} null when done, else one sentence
 */
export async function installPackages(choices, say) {
  let names = await knownNames(choices);
  // A fresh machine has no list of packages yet, so an unknown name means: fetch the list first.
  if (names.some((name) => name === null)) {
    const { code, output } = await apt(['update']);
    if (code !== 0) return `apt-get update failed: ${lastLine(output)}`;
    names = await knownNames(choices);
  }
  const packages = namesOrFirst(names, choices);
  say(`Installing system packages: ${packages.join(', ')}.`);
  const install = ['install', '--yes', '--no-install-recommends', ...packages];
  let result = await apt(install);
  if (result.code !== 0) {
    // An old list names versions that the mirror no longer has.
    await apt(['update']);
    result = await apt(install);
  }
  return result.code === 0 ? null : `apt-get install failed: ${lastLine(result.output)}`;
}

/** The command a person can copy, or null where there is no apt. */
export async function debianCommand(choices) {
  if (!existsSync(APT)) return null;
  const packages = namesOrFirst(await knownNames(choices), choices);
  return `sudo apt-get install --yes --no-install-recommends ${packages.join(' ')}`;
}

function namesOrFirst(names, choices) {
  // The last of each choice is the oldest name, which newer releases still answer to.
  return [...new Set(names.map((name, at) => name ?? choices[at]?.at(-1) ?? ''))].sort();
}

/** For each choice the first name that has an installable version, or null. */
async function knownNames(choices) {
  const { output } = await runCommand('apt-cache', ['policy', ...choices.flat()]);
  return choices.map((names) => names.find((name) => hasCandidate(output, name)) ?? null);
}

/**
 * Whether apt-cache policy offers a version of a package. An unknown package has no paragraph at all.
 * @param {string} policy what apt-cache policy said
 * @param {string} name
 */
export function hasCandidate(policy, name) {
  const paragraph = `\n${policy}`.split(`\n${name}:\n`)[1] ?? '';
  const [candidate = ''] = /^ +Candidate: .*$/m.exec(paragraph.split(/\n(?=\S)/)[0] ?? '') ?? [];
  return candidate !== '' && !candidate.endsWith('(none)');
}

function apt(words) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  return runCommand(APT, ['-qq', ...words], { env });
}

function lastLine(text) {
  return text.trim().split('\n').at(-1) ?? '';
}
