// A process that does nothing but call node-llama-cpp as its documentation says. Words: model, threads, context; then
// {prompt, tokens} in, the number of tokens drawn out. What our runner is measured against.
import { getLlama, LlamaLogLevel } from 'node-llama-cpp';

const [modelPath, threads, contextSize] = process.argv.slice(2);
const llama = await getLlama({
  gpu: false,
  build: 'never',
  skipDownload: true,
  progressLogs: false,
  maxThreads: Number(threads),
  logLevel: LlamaLogLevel.error,
});
const model = await llama.loadModel({ modelPath });
const context = await model.createContext({
  contextSize: Number(contextSize),
  threads: Number(threads),
});

process.on('message', async ({ prompt, tokens }) => {
  const sequence = context.getSequence();
  const asked = model.tokenize(prompt, true);
  if (model.tokens.shouldPrependBosToken) asked.unshift(model.tokens.bos);
  const drawn = [];
  for await (const token of sequence.evaluate(asked, { temperature: 0 })) {
    drawn.push(token);
    if (drawn.length === tokens) break;
  }
  const text = model.detokenize(drawn);
  await sequence.dispose();
  process.send({ drawn: drawn.length, text });
});
process.send({ drawn: 0, text: '' });
