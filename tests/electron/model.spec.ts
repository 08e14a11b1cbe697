import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LlmResult } from '../../src-shared/llm.ts';
import { writeModel } from '../runner/llm/tiny-model.ts';
import { expect, test } from './page/app.ts';
import { homePage } from './page/home-page.ts';

test.skip(existsSync('/proc/driver/nvidia'), 'llama.cpp would be given the card of this computer');

test('a buyer’s question is answered by the app, in a process beside the window', async ({
  machine,
}) => {
  writeFileSync(
    join(machine.data, 'settings.json'),
    JSON.stringify({ version: 2, sharing: true, when: { kind: 'always' } }),
  );
  const app = await machine.start();
  const file = writeModel(machine.home);
  await expect.poll(() => machine.offpeak('model', 'add', file.path)).toMatchObject({ code: 0 });
  const job = {
    kind: 'llm',
    title: 'A story',
    spec: {
      model: file.model,
      input: { kind: 'messages', messages: [{ role: 'user', content: 'Tell me a story.' }] },
      context: 512,
      maxTokens: 100,
    },
    outputs: { result: { as: 'bytes', file: 'result.json' } },
    pay: 100,
    needs: { vram: 2 ** 28, seconds: 5 },
  };
  const [order, results] = [join(machine.home, 'job.json'), join(machine.home, 'results')];
  writeFileSync(order, JSON.stringify(job));
  expect(await machine.offpeak('submit', order, '--out', results)).toMatchObject({ code: 0 });
  const result = LlmResult.parse(JSON.parse(readFileSync(join(results, 'result.json'), 'utf8')));
  expect(result.tokens).toHaveLength(100);
  const page = homePage(await app.window());
  await expect(page.today).toContainText('test credits');
});
