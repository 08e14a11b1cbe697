import { join } from 'node:path';

/** A process, as far as it matters to where its owner's data lie. */
export type Place = Readonly<{
  env: Readonly<Record<string, string | undefined>>;
  platform: NodeJS.Platform;
  home: string;
}>;

/** Where the app keeps its data: `OFFPEAK_HOME`, or the place each system has for it (the same as Electron's). */
export function dataFolder({ env, platform, home }: Place): string {
  if (env.OFFPEAK_HOME) return env.OFFPEAK_HOME;
  switch (platform) {
    case 'win32':
      return join(env.APPDATA || join(home, 'AppData', 'Roaming'), 'Offpeak');
    case 'darwin':
      return join(home, 'Library', 'Application Support', 'Offpeak');
    default:
      return join(env.XDG_CONFIG_HOME || join(home, '.config'), 'Offpeak');
  }
}
