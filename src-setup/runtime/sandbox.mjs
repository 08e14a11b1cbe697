import { statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { runCommand } from '../command.mjs';

/** The set-user-id bit: with it, chrome-sandbox works where user namespaces are shut. */
const SET_UID = 0o4000;

/**
 * Why Chromium cannot start its sandbox here, or null when it can.
 * @param {string} executable Electron's
 * @returns {Promise<string | null>} one sentence
 */
export async function sandboxObstacle(executable) {
  if (process.platform !== 'linux') return null;
  if (process.getuid?.() === 0) {
    return 'Started as root: Chromium has no sandbox for root, so the window runs without one (--no-sandbox). Better start Offpeak as an ordinary user.';
  }
  const helper = statSync(join(dirname(executable), 'chrome-sandbox'), { throwIfNoEntry: false });
  if (helper !== undefined && helper.uid === 0 && (helper.mode & SET_UID) !== 0) return null;
  const { code } = await runCommand('unshare', ['--user', '--map-root-user', 'true']);
  if (code === 0) return null;
  return 'This system lets no ordinary user start a sandbox (user namespaces are shut), so the window runs without one (--no-sandbox).';
}
