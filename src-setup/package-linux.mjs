// node src-setup/package-linux.mjs [--release]: packs the built app as a folder, release/linux-unpacked,
// from what the set-up already has. Without --release the one fuse that lets a test driver attach stays on.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { runCommand } from './command.mjs';
import { insistOnNode } from './node-version.mjs';
import { repository } from './places.mjs';
import { prepare } from './preparation.mjs';

insistOnNode();
const words = process.argv.slice(2);
try {
  if (process.platform !== 'linux') throw new Error('The Linux package is built on Linux.');
  const runtime = await prepare(console.log);
  const folder = join(repository, 'release', 'linux-unpacked');
  rmSync(folder, { recursive: true, force: true });
  const release = words.includes('--release');
  const { code, output } = await runCommand(
    process.execPath,
    [
      join(repository, 'node_modules/electron-builder/cli.js'),
      ...['--linux', 'dir', '--publish=never', '--config=electron-builder.yml'],
      `-c.electronDist=${await runtime.distForPackaging()}`,
      `-c.electronVersion=${runtime.version}`,
      ...(release ? [] : ['-c.electronFuses.enableNodeCliInspectArguments=true']),
    ],
    { cwd: repository },
  );
  if (code !== 0) throw new Error(`electron-builder failed with code ${code}.\n${output.trim()}`);
  console.log(join(folder, 'offpeak'));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
