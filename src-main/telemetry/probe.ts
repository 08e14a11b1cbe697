import type { TelemetryEvent } from '../../src-shared/gpu.ts';
import { said } from '../../src-shared/said.ts';
import { type Millis, millis, seconds } from '../../src-shared/units.ts';
import { openParentLink } from '../children/parent-link.ts';
import { cardDrivers } from './card-drivers.ts';
import { openCardWatch } from './card-watch.ts';
import { nameCards, noDriver } from './inventory.ts';
import { openPowerJournal } from './power-journal.ts';
import { openPowerKeeper, type PowerKeeper } from './power-keeper.ts';
import { ProbeCommand } from './probe-command.ts';

type Look = Extract<ProbeCommand, { kind: 'look' }>;
type Limit = Extract<ProbeCommand, { kind: 'limit-power' }>;

/** Null where there is nothing to watch, or no journal to change a limit by. */
let keeper: PowerKeeper | null = null;
/** Reads at once, and then this often; does nothing where there is nothing to watch. */
let beatEvery = (_every: Millis): void => {};
let timer: NodeJS.Timeout | null = null;
/** Who asks no more often than this watches nothing at work. */
const UNHURRIED = seconds(2);

/**
 * Entry of the process that asks the driver. It is apart because a driver can hang or crash whoever asks. Where there
 * is nothing to watch it says why and ends: a process for nothing would be a cost to the owner.
 */
async function look(command: Look, say: (event: TelemetryEvent) => void): Promise<void> {
  const opened = openCardWatch(cardDrivers(command.root));
  switch (opened.kind) {
    case 'absent': {
      const names = command.nameOthers ? await nameCards() : [];
      say({ kind: 'inventory', gpus: [], trouble: noDriver(names) });
      return leave();
    }
    case 'broken':
      say({ kind: 'inventory', gpus: [], trouble: opened.detail });
      return leave();
    case 'watching': {
      const { watch } = opened;
      if (command.folder !== null)
        keeper = openPowerKeeper(openPowerJournal(command.folder, Date.now), watch.powerOf);
      let unhurried = false;
      const beat = () => {
        // What a killed one of us changed goes back before anything else.
        keeper?.tidy();
        for (const event of watch.read(millis(Date.now()), unhurried)) say(event);
      };
      beatEvery = (every) => {
        unhurried = every >= UNHURRIED;
        if (timer !== null) clearInterval(timer);
        timer = setInterval(beat, every);
        beat();
      };
      beatEvery(command.every);
    }
  }
}

function limitPower({ order, lane, limit }: Limit, say: (event: TelemetryEvent) => void): void {
  const trouble = keeper ? keeper.limit(lane, limit) : said('powerNowhere');
  say({ kind: 'power-limited', order, lane, trouble });
}

/** Time for the last words to be read; a channel has no end that one could wait for. */
const FAREWELL = millis(500);
const leave = () => void setTimeout(() => process.exit(0), FAREWELL);

// However it is that we go: main is gone, a bug, an end of our own. Only a SIGKILL passes by, and then the journal holds.
process.on('exit', () => keeper?.leave());
// A terminal or a system that ends everything at once says so to us too. Main decides when we go, because it asks for
// limits to be put back first; if it dies, the link breaks.
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => {});

let looking = false;
const link = openParentLink({
  message: (message) => {
    const say = (event: TelemetryEvent) => link?.post(event);
    const command = ProbeCommand.parse(message);
    if (command.kind === 'limit-power') return limitPower(command, say);
    if (command.kind === 'beat-every') return beatEvery(command.every);
    if (looking) return;
    looking = true;
    void look(command, say);
  },
  gone: () => process.exit(0),
});
if (link === null) {
  process.stderr.write('The GPU probe is started by Offpeak, not by hand.\n');
  process.exitCode = 1;
}
