/**
 * IPC channel names, and frames on the headless WebSocket. Apart from the parsers, which the first sight of a window must
 * not wait for.
 */
export const CHANNEL = {
  snapshot: 'snapshot',
  command: 'command',
  question: 'question',
  wholeSnapshot: 'whole-snapshot',
  /** Between the popover and Electron only. */
  leavePopover: 'leave-popover',
} as const;
