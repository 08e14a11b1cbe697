/** Vite, Electron's installer and our own scripts need what Node 20.19 brought (require of ES modules). */
const OLDEST_NODE = [20, 19];

/**
 * Why this Node cannot be used, or null when it can.
 * @param {string} version as in process.versions.node, such as '20.19.0'
 * @returns {string | null} one sentence for the person at the keyboard
 */
export function nodeComplaint(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [oldestMajor = 0, oldestMinor = 0] = OLDEST_NODE;
  const recent = major > oldestMajor || (major === oldestMajor && minor >= oldestMinor);
  if (recent) return null;
  return `Offpeak needs Node ${OLDEST_NODE.join('.')} or newer; this is Node ${version}. Install a current Node from https://nodejs.org and run the same command again.`;
}

/** Ends the process with one clear line when this Node is too old. */
export function insistOnNode() {
  const complaint = nodeComplaint(process.versions.node);
  if (complaint === null) return;
  console.error(complaint);
  process.exit(1);
}
