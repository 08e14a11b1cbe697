import { test } from 'vitest';
import { measureLlmRate } from './llm-rate.ts';
test('rate', async () => { for (let i=0;i<1;i++) console.log(JSON.stringify(await measureLlmRate('/work/wt/llm/out/runner/runner.cjs'))); }, 300000);
