import type { RunnerEvent } from '../../../src-shared/runner-protocol.ts';

/**
 * All a hidden window's page can reach: the preload exposes it as `window.webgpuHost`. Buffers cross it by structured
 * clone. Commands are `unknown` because the page reads them with the same parser as the process does.
 */
export type WebGpuBridge = {
  /** Whether this page's processes are in Chromium's sandbox. */
  readonly sandboxed: boolean;
  readonly post: (event: RunnerEvent) => void;
  readonly onCommand: (hear: (command: unknown) => void) => void;
};

declare global {
  interface Window {
    readonly webgpuHost: WebGpuBridge;
  }
}
