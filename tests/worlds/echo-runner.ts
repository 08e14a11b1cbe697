import { connectParent } from '../../src-runner/parent.ts';
import { RunnerCommand } from '../../src-shared/runner-protocol.ts';

/** So often an eager one saves before anybody can have read it. */
const SAVES = 50;
/** Far more than anybody is listened to for. */
const WORDS = 8000;

// A runner with the real one's pipes, which hands back what it was given. The job's title says how.
const parent = connectParent();
if (!parent) throw new Error('it is started with the pipes of a runner');
parent.listen((message) => {
  const command = RunnerCommand.parse(message);
  if (command.kind !== 'start') return;
  const { id: job, title } = command.job;
  const buffers = command.resume?.buffers ?? {};
  if (title === 'save often')
    for (let step = 0; step < SAVES; step += 1)
      parent.say({ kind: 'checkpoint', job, step, buffers });
  if (title === 'chatter')
    for (let step = 0; step < WORDS; step += 1) parent.say({ kind: 'progress', job, step });
  parent.say({ kind: 'yielded', job, step: SAVES, buffers });
}, process.exit);
parent.say({ kind: 'ready', lockdown: { held: [], missing: [] } });
