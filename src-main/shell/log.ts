import logger from 'electron-log/main';

/** The app's log file: what happened, for the person who asks why. It rotates by itself at 1 MB. */
export const log = logger;
