import { app } from 'electron';
import { openPowerJournal } from '../power-journal.ts';
import { openCardWatch } from '../telemetry/card-watch.ts';
import { openPowerKeeper } from '../telemetry/power-keeper.ts';

/**
 * The app as the guard of lowered power limits: waits until the agent that started it is gone, puts back what the journal
 * in `folder` names, and ends. An agent that quits has put everything back by then, and killed this process; a utility
 * process could not do it, because Electron ends those with its main process.
 */
export function runPowerGuard(folder: string): void {
  app.dock?.hide();
  const guard = () => {
    try {
      putBack(folder);
    } finally {
      app.exit(0);
    }
  };
  process.on('disconnect', guard);
  // It went while we started.
  if (!process.connected) guard();
}

function putBack(folder: string): void {
  const opened = openCardWatch();
  // Without a driver there is no limit either; the journal keeps it for the next start.
  if (opened.kind !== 'watching') return;
  openPowerKeeper(openPowerJournal(folder, Date.now), opened.watch.powerOf).leave();
  opened.watch.close();
}
