// A starter as npm start is one: it follows the program named on its command line.
import { followApp } from '../../src-setup/app-process.mjs';

process.exitCode = await followApp(process.execPath, ['-e', process.argv[2]], process.env);
