import type { TelemetryEvent } from '../../src-shared/gpu.ts';
import { millis } from '../../src-shared/units.ts';
import { openCardWatch } from './card-watch.ts';
import { nameCards, noDriverSentence } from './inventory.ts';
import { openParentLink } from './parent-link.ts';
import { ProbeCommand } from './probe-command.ts';

/**
 * Entry of the process that asks the driver. It is apart because a driver can hang or crash whoever asks. Where there
 * is nothing to watch it says why and ends: a process for nothing would be a cost to the owner.
 */
async function look(command: ProbeCommand, say: (event: TelemetryEvent) => void): Promise<void> {
  const opened = openCardWatch();
  switch (opened.kind) {
    case 'absent': {
      const names = command.nameOthers ? await nameCards() : [];
      say({ kind: 'inventory', gpus: [], trouble: noDriverSentence(names) });
      return leave();
    }
    case 'broken':
      say({ kind: 'inventory', gpus: [], trouble: opened.detail });
      return leave();
    case 'watching': {
      const beat = () => {
        for (const event of opened.watch.look(millis(Date.now()))) say(event);
      };
      beat();
      setInterval(beat, command.every);
    }
  }
}

/** Time for the last words to be read; a channel has no end that one could wait for. */
const FAREWELL = millis(500);
const leave = () => void setTimeout(() => process.exit(0), FAREWELL);

let looking = false;
const link = openParentLink({
  message: (message) => {
    const command = ProbeCommand.parse(message);
    if (looking) return;
    looking = true;
    void look(command, (event) => link?.post(event));
  },
  gone: () => process.exit(0),
});
if (link === null) {
  process.stderr.write('The GPU probe is started by Offpeak, not by hand.\n');
  process.exitCode = 1;
}
