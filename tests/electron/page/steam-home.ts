import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, realpathSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** An installed game: what its owner starts. */
export type Game = {
  readonly title: string;
  /** Starts it, as Steam would: a real program of this machine. */
  readonly play: () => ChildProcess;
};

/** A home folder in which Steam has one library with one game. */
export function installGame(home: string, title: string): Game {
  const steam = join(home, '.steam', 'steam');
  const apps = join(steam, 'steamapps');
  const folder = join(apps, 'common', 'HollowDepths');
  mkdirSync(folder, { recursive: true });
  const library = `"libraryfolders"\n{\n\t"0"\n\t{\n\t\t"path"\t\t"${steam}"\n\t}\n}\n`;
  writeFileSync(join(apps, 'libraryfolders.vdf'), library);
  const manifest = `"AppState"\n{\n\t"appid"\t\t"480"\n\t"name"\t\t"${title}"\n\t"installdir"\t\t"HollowDepths"\n}\n`;
  writeFileSync(join(apps, 'appmanifest_480.acf'), manifest);
  // A shell waits for its input and does nothing; under every other name it does the same.
  const program = join(folder, 'HollowDepths.x86_64');
  copyFileSync(realpathSync('/bin/sh'), program);
  chmodSync(program, 0o755);
  return {
    title,
    play: () =>
      spawn(program, ['-c', 'read line'], { cwd: folder, stdio: ['pipe', 'ignore', 'ignore'] }),
  };
}
