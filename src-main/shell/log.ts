import { basename } from 'node:path';
import logger from 'electron-log/main';

/** The app's log file: what happened, for the person who asks why. It rotates by itself at 1 MB. */
export const log = logger;

/** The lines of that file, oldest first; none where it cannot be read. */
export const recentLog = (): readonly string[] =>
  logger.transports.file
    .readAllLogs({ fileFilter: (path) => basename(path) === 'main.log' })
    .flatMap(({ lines }) => lines.filter((line) => line !== ''));
