/** The app, started with this switch, is the workshop and nothing else. */
export const WORKSHOP = 'workshop';

/** Tells the page that Electron runs without Chromium's sandbox. */
export const UNSANDBOXED = '--offpeak-unsandboxed';

/** From here on Chromium can give WebGPU an adapter of its own. */
const CHROMIUM_WITH_ADAPTER_SWITCH = 120;

/**
 * The workshop's command line. WebGPU gets the software renderer only (a card is used through CUDA), so what runs there
 * is always marked as software.
 */
export function workshopSwitches(profile: string, chromium: string): string[] {
  return [
    `--${WORKSHOP}`,
    `--user-data-dir=${profile}`,
    // Chromium complains about what a hidden page never needs; last words are for what ended it.
    '--log-level=3',
    '--enable-unsafe-webgpu',
    ...(Number.parseInt(chromium, 10) >= CHROMIUM_WITH_ADAPTER_SWITCH
      ? ['--use-webgpu-adapter=swiftshader']
      : // The old test runtime finds the software adapter only where all of Vulkan is software.
        ['--enable-features=Vulkan', '--use-vulkan=swiftshader']),
  ];
}
