import { pipeSpawn } from '../../../src-main/children/pipe-child.ts';

// Stands for the app: starts the program it is given and passes on what that says, until somebody kills it. A runner
// answers the command, which nobody can read but for its job's name, once its lifeline holds.
const [, , program = ''] = process.argv;
const child = pipeSpawn(program, { env: process.env })({
  message: (said) => process.send?.({ pid: child.pid(), said }),
  exit: () => {},
});
child.post({ kind: 'start', job: { id: 'nothing' } });
