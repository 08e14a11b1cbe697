import type { ExchangeStatus, ListedModel } from '../src-shared/buyer-protocol.ts';
import type { Progress } from './client.ts';

export const USAGE = `Usage:
  offpeak submit <job.json> [--wait] [--out DIR]   submit a job; --wait until it is done; --out: write its results
  offpeak status                                   what the running exchange has and does
  offpeak model add <file.gguf>                    let this network's machines run a language model
  offpeak model list | remove <sha256>             the models of this network; take one off its list
Options:
  --exchange URL --token T   another exchange than that of the app on this machine`;

export const NOT_RUNNING =
  'Offpeak is not running on this machine. Start it (npm start, or open the Offpeak app) and try again.';

const many = (n: number, one: string, more = `${one}s`) => `${n} ${n === 1 ? one : more}`;

/** One line on how an array of jobs is getting on. */
export function progressLine(progress: Progress): string {
  switch (progress.kind) {
    case 'uploading':
      return `Uploading file ${Math.min(progress.done + 1, progress.of)} of ${progress.of}`;
    case 'submitted':
      return `Submitted ${many(progress.jobs, 'job')}`;
    case 'running': {
      const { done, of, failed, running, step, steps } = progress;
      const percent = Math.floor((step / Math.max(1, steps)) * 100);
      const wrong = failed > 0 ? `, ${failed} failed` : '';
      const now =
        running > 0 ? `, ${running} running` : done + failed < of ? ', waiting for a GPU' : '';
      return `${done} of ${many(of, 'job')} done${wrong}${now} (${percent} %)`;
    }
  }
}

/** One line for each model, as a job file names it. */
export const modelLine = ({ name, sha256, size }: ListedModel): string =>
  `${name}: "model": ${JSON.stringify({ sha256, size })}`;

/** What `offpeak status` prints. */
export function statusText({ network, jobs, agents }: ExchangeStatus): string {
  const lanes = agents.flatMap((agent) => agent.lanes);
  const busy = lanes.filter(({ job }) => job !== null);
  const ready = lanes.filter(({ job, ready }) => job === null && ready);
  const kind = network.test ? 'pays in test credits' : 'pays money';
  return [
    `${network.name} (${kind})`,
    `Jobs: ${jobs.waiting} waiting, ${jobs.running} running, ${jobs.done} done, ${jobs.failed} failed.`,
    `Machines: ${many(agents.length, 'machine')} connected; ${many(ready.length, 'GPU')} ready, ${busy.length} working.`,
    ...busy.map(({ lane, backend, job }) => `  ${lane} (${backend}) runs ${job}`),
  ].join('\n');
}
