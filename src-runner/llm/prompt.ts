import {
  type ChatHistoryItem,
  type LlamaModel,
  resolveChatWrapper,
  type Token,
} from 'node-llama-cpp';
import type { LlmInput, Message } from '../../src-shared/llm.ts';

/** A prompt as the model reads it, and what besides its own end tokens ends an answer in its template. */
export type Prompt = {
  readonly tokens: Token[];
  readonly endTokens: ReadonlySet<Token>;
  readonly endTexts: readonly string[];
};

/** Puts a job's input into tokens. Throws what the model's own template throws. */
export function readPrompt(model: LlamaModel, input: LlmInput): Prompt {
  if (input.kind === 'prompt')
    return {
      tokens: begin(model, model.tokenize(input.text, true)),
      endTokens: new Set(),
      endTexts: [],
    };
  const { contextText, stopGenerationTriggers } = resolveChatWrapper(model).generateContextState({
    chatHistory: historyOf(input.messages),
  });
  const endTokens = new Set<Token>();
  const endTexts: string[] = [];
  for (const trigger of stopGenerationTriggers) {
    const [token, ...more] = trigger.tokenize(model.tokenizer);
    if (token !== undefined && more.length === 0) endTokens.add(token);
    else if (token !== undefined) endTexts.push(trigger.toString());
  }
  // Text of the messages is never read as special tokens: nobody can end a turn from within it.
  return { tokens: begin(model, contextText.tokenize(model.tokenizer)), endTokens, endTexts };
}

/** With the token that begins every text of this model, where it wants one. */
function begin(model: LlamaModel, tokens: Token[]): Token[] {
  const { bos, shouldPrependBosToken } = model.tokens;
  return shouldPrependBosToken && bos !== null && tokens[0] !== bos ? [bos, ...tokens] : tokens;
}

/** The last message is the one that is answered, or, if it is the assistant's own, goes on. */
function historyOf(messages: readonly Message[]): ChatHistoryItem[] {
  const history = messages.map(itemOf);
  return history.at(-1)?.type === 'model' ? history : [...history, { type: 'model', response: [] }];
}

function itemOf({ role, content }: Message): ChatHistoryItem {
  switch (role) {
    case 'system':
      return { type: 'system', text: content };
    case 'user':
      return { type: 'user', text: content };
    case 'assistant':
      return { type: 'model', response: [content] };
  }
}
