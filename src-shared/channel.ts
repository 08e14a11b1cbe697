/**
 * IPC channel names, which the frames on the headless WebSocket have too. Apart from the parsers, which the first sight of a window must
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
