import { join } from 'node:path';

/** Where the agent keeps everything: the folder Electron would choose, so that both find the same. */
export function dataFolder(
  platform: NodeJS.Platform,
  env: Readonly<Record<string, string | undefined>>,
  home: string,
): string {
  if (env.OFFPEAK_HOME) return env.OFFPEAK_HOME;
  switch (platform) {
    case 'win32':
      return join(env.APPDATA ?? join(home, 'AppData', 'Roaming'), 'Offpeak');
    case 'darwin':
      return join(home, 'Library', 'Application Support', 'Offpeak');
    default:
      return join(env.XDG_CONFIG_HOME ?? join(home, '.config'), 'Offpeak');
  }
}
