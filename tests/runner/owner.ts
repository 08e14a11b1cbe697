import { fork } from 'node:child_process';

// Stands for the app: starts the program it is given and passes on what that says, until somebody kills it. A runner
// answers the command, which nobody can read but for its job's name, once its lifeline holds.
const [, , program = ''] = process.argv;
const child = fork(program, [], { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
child.on('message', (said) => process.send?.({ pid: child.pid, said }));
child.send({ kind: 'start', job: { id: 'nothing' } });
