/** The app, started with this switch, guards power limits and does nothing else. */
export const POWER_GUARD = 'guard-power';

/**
 * The guard's command line. It shows nothing, so it needs no GPU process and no sandbox for pages, which would be half of
 * its memory. `data`: the agent's folder, with the journal.
 */
export const powerGuardSwitches = (data: string, profile: string): string[] => [
  `--${POWER_GUARD}=${data}`,
  `--user-data-dir=${profile}`,
  '--log-level=3',
  '--no-sandbox',
  '--no-zygote',
  '--disable-gpu',
  '--in-process-gpu',
  '--disable-software-rasterizer',
];
