import { millis } from '../../../src-shared/units.ts';
import { openParentLink } from '../../children/parent-link.ts';
import type { ScreenEvent } from './screen-event.ts';
import { watchX11 } from './x11-screen.ts';

/**
 * Entry of the process that looks at the screen. It is apart because a display server that hangs would hang whoever asks
 * it. Any word from main starts it.
 */
function look(say: (event: ScreenEvent) => void): void {
  const watching = watchX11({
    signal: new AbortController().signal,
    fullScreen: (pid) => say({ kind: 'full-screen', pid }),
    broken: () => process.exit(0),
  });
  if (watching.kind === 'watching') return;
  say({ kind: 'unseen', detail: watching.detail });
  // Time for the last words to be read; a channel has no end that one could wait for.
  setTimeout(() => process.exit(0), FAREWELL);
}

const FAREWELL = millis(500);

let looking = false;
const link = openParentLink({
  message: () => {
    if (looking) return;
    looking = true;
    look((event) => link?.post(event));
  },
  gone: () => process.exit(0),
});
if (link === null) {
  process.stderr.write('The screen probe is started by Offpeak, not by hand.\n');
  process.exitCode = 1;
}
