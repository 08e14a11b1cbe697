/** The app, started with this switch, guards power limits and does nothing else. */
export const POWER_GUARD = 'guard-power';

/**
 * From here on an Electron that opens no window runs without a display (electron/electron#53722, seen there with 40); 25 ends
 * with a segmentation fault.
 */
const CHROMIUM_WITHOUT_DISPLAY = 144;

/**
 * The guard's command line. It shows nothing, so it needs no GPU process and no sandbox for pages, which would be half of
 * its memory, and no display where that can be had: a desktop that crashes takes along all that it shows. `data`: the agent's
 * folder, with the journal.
 */
export const powerGuardSwitches = (data: string, profile: string, chromium: string): string[] => [
  ...(process.platform === 'linux' && Number.parseInt(chromium, 10) >= CHROMIUM_WITHOUT_DISPLAY
    ? ['--ozone-platform=headless']
    : []),
  `--${POWER_GUARD}=${data}`,
  `--user-data-dir=${profile}`,
  '--log-level=3',
  '--no-sandbox',
  '--no-zygote',
  '--disable-gpu',
  '--in-process-gpu',
  '--disable-software-rasterizer',
];
