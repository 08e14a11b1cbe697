import { getLlama, LlamaLogLevel, type LlamaModel, type Token } from 'node-llama-cpp';
import type { ModelFile } from './tiny-model.ts';

/** node-llama-cpp used as its own documentation does, with nothing of ours in between: on the processor, one thread. */
export async function openDirect({ path }: ModelFile) {
  const llama = await getLlama({
    gpu: false,
    build: 'never',
    skipDownload: true,
    progressLogs: false,
    maxThreads: 1,
    logLevel: LlamaLogLevel.error,
  });
  const model = await llama.loadModel({ modelPath: path });
  return {
    model,
    /** The likeliest tokens after a prompt, up to the end of the text. */
    async tokens(prompt: string, count: number): Promise<number[]> {
      const context = await model.createContext({ contextSize: 256, threads: 1 });
      const drawn: number[] = [];
      const asked = promptTokens(model, prompt);
      for await (const token of context.getSequence().evaluate(asked, { temperature: 0 })) {
        drawn.push(token);
        if (drawn.length === count) break;
      }
      await context.dispose();
      return drawn;
    },
    /** The probability of every token after a prompt and an answer. */
    async probabilities(prompt: string, answer: readonly number[]) {
      const context = await model.createContext({ contextSize: 256, threads: 1 });
      const asked = [...promptTokens(model, prompt), ...(answer as Token[])];
      const sequence = context.getSequence();
      const options = { temperature: 0, topK: 0, topP: 1 };
      for await (const { probabilities } of sequence.evaluateWithMetadata(
        asked,
        { probabilities: true },
        options,
      )) {
        await context.dispose();
        return probabilities as ReadonlyMap<number, number>;
      }
      throw new Error('llama.cpp drew no token');
    },
    async vector(text: string): Promise<readonly number[]> {
      const context = await model.createEmbeddingContext({ contextSize: 128, threads: 1 });
      const { vector } = await context.getEmbeddingFor(text);
      await context.dispose();
      return vector;
    },
    close: () => llama.dispose(),
  };
}

export function promptTokens(model: LlamaModel, prompt: string): Token[] {
  const tokens = model.tokenize(prompt, true);
  const { bos, shouldPrependBosToken } = model.tokens;
  return shouldPrependBosToken && bos !== null && tokens[0] !== bos ? [bos, ...tokens] : tokens;
}
