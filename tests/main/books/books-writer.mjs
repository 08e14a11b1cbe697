// Appends to the books in argv[2] for ever and says the number of each line that is on the disk. Its parent kills it.
import { writeSync } from 'node:fs';
import { join } from 'node:path';
import { runnerImport } from 'vite';

const [, , folder, room, first] = process.argv;
const { module: books } = await runnerImport(join(room, '../../../src-main/books/books.ts'), {
  configFile: false,
  logLevel: 'error',
});
const { module: samples } = await runnerImport(join(room, 'ledger-samples.ts'), {
  configFile: false,
  logLevel: 'error',
});
const opened = books.openBooks(folder);
if (opened.kind !== 'open' || opened.notices.length > 0) throw new Error(JSON.stringify(opened));
for (let n = Number(first); ; n++) {
  const job = `job-${n}`;
  const lease = `lease-${n}`;
  const steps = [
    () =>
      opened.books.takeLease(
        {
          lease,
          fence: 1,
          lane: samples.lane,
          job: samples.jobNamed(job),
          checkpoint: null,
        },
        { at: n, network: 'Test network', gpu: 'A card' },
      ),
    () => opened.books.finish(lease, samples.outputs, samples.claimed({ job, at: n })),
    () => opened.books.credit(lease, samples.credited({ job, at: n })),
  ];
  for (const [step, act] of steps.entries()) {
    const result = act();
    if (result.kind !== 'ok') throw new Error(JSON.stringify(result));
    writeSync(1, `${n} ${step}\n`);
  }
}
