import type { Model } from '../src-shared/llm.ts';
import { type Said, said } from '../src-shared/said.ts';
import { alive, type Fault, fault, type Link, offline, refusal, STALL } from './blob-transfer.ts';

/** `ok`: all was as it should be. */
export type ModelAnswer = { readonly kind: 'ok' } | Fault;

export type Models = {
  /** Whether the network lists this model now: what it does not list is not run. Never throws. */
  readonly listed: (model: Model, signal: AbortSignal) => Promise<ModelAnswer>;
  /**
   * Hands over the model's bytes from number `from` on, in order, one piece after the other; `unreachable` where they
   * end early. Nothing is checked but their number. Throws only what `take` throws.
   */
  readonly fetch: (
    model: Model,
    from: number,
    take: (piece: Uint8Array) => Promise<void>,
    signal: AbortSignal,
  ) => Promise<ModelAnswer>;
};

const headersOf = (token: string) => ({
  authorization: `Bearer ${token}`,
  'accept-encoding': 'identity',
});

/** Models over HTTP at the gateway's own origin. Redirects are not followed: the token is for that origin only. */
export function modelTransfers(link: Link): Models {
  return {
    async listed(model, signal) {
      const token = link.token();
      if (token === null) return offline;
      return alive<ModelAnswer>(signal, STALL, async (signal) => {
        const headers = headersOf(token);
        const url = new URL(model.sha256, link.base);
        const answer = await fetch(url, { method: 'HEAD', headers, redirect: 'manual', signal });
        if (answer.status !== 200) return refusal(answer.status, `model ${model.sha256}`);
        return sizeFault(model, answer.headers.get('content-length')) ?? { kind: 'ok' };
      });
    },

    async fetch(model, from, take, signal) {
      const token = link.token();
      if (token === null) return offline;
      return download(new URL(model.sha256, link.base), token, model, from, take, signal);
    },
  };
}

const nameOf = ({ sha256 }: Model): Said => said('modelNamed', { sha256 });

const sizeFault = (model: Model, size: string | null): Fault | null =>
  size === null || size === String(model.size)
    ? null
    : fault(
        'corrupt',
        said('wrongSize', { name: nameOf(model), size: String(model.size), given: size }),
      );

async function download(
  url: URL,
  token: string,
  model: Model,
  from: number,
  take: (piece: Uint8Array) => Promise<void>,
  signal: AbortSignal,
): Promise<ModelAnswer> {
  /** What `take` threw is its caller's, and not a trouble of the line. */
  let thrown: { readonly error: unknown } | null = null;
  const answer = await alive<ModelAnswer>(signal, STALL, async (signal, beat) => {
    const headers = { ...headersOf(token), range: `bytes=${from}-` };
    const response = await fetch(url, { headers, redirect: 'manual', signal });
    const reader = response.body?.getReader();
    const give = async (answer: ModelAnswer): Promise<ModelAnswer> => {
      await reader?.cancel();
      return answer;
    };
    const name = nameOf(model);
    if (response.status !== 206) return give(refusal(response.status, name));
    const wanted = `bytes ${from}-${model.size - 1}/${model.size}`;
    const given = response.headers.get('content-range');
    if (given !== wanted)
      return give(fault('corrupt', said('wrongPart', { name, wanted, given: given ?? '' })));
    let at = from;
    for (;;) {
      const chunk = await reader?.read();
      if (!chunk || chunk.done) break;
      beat();
      at += chunk.value.byteLength;
      if (at > model.size)
        return give(fault('corrupt', said('tooLong', { name, size: String(model.size) })));
      try {
        await take(chunk.value);
      } catch (error) {
        thrown = { error };
        return give(offline);
      }
    }
    return at === model.size
      ? { kind: 'ok' }
      : fault(
          'unreachable',
          said('brokenOff', { name, done: String(at), size: String(model.size) }),
        );
  });
  if (thrown) throw (thrown as { readonly error: unknown }).error;
  return answer;
}
