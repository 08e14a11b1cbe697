import { z } from 'zod';
import { type Said, said } from '../../src-shared/said.ts';
import { type Millis, millis } from '../../src-shared/units.ts';

/** Another network than the built-in one. */
export type JoinedNetwork = {
  readonly url: URL;
  /**
   * PTX is machine code for the card without bounds checks, so it runs only from a network whose publishers the owner
   * trusts. Without it the lanes of CUDA cards stay away from that network.
   */
  readonly trustPtx: boolean;
};

/** What a person who tries or tests Offpeak may ask for by environment variables; an owner needs none of it. */
export type TrialOptions = {
  readonly kind: 'options';
  /** OFFPEAK_NETWORK: the address of a gateway to work for; OFFPEAK_TRUST_PTX=1: run its PTX too. */
  readonly network: JoinedNetwork | null;
  /** OFFPEAK_CHECKPOINT_MS: how often a running job saves itself. */
  readonly checkpointEvery: Millis | null;
  /** OFFPEAK_POPOVER=1: a click on the tray icon opens the popover at the pointer, also on Linux. */
  readonly popover: boolean;
};

const Environment = z.object({
  OFFPEAK_NETWORK: z.url({ protocol: /^(https?|wss?)$/ }).optional(),
  OFFPEAK_TRUST_PTX: z.string().optional(),
  OFFPEAK_POPOVER: z.string().optional(),
  OFFPEAK_CHECKPOINT_MS: z.coerce.number().int().min(100).transform(millis).optional(),
});

/** Reads the environment, or says in one sentence which variable makes no sense. */
export function trialOptions(
  env: Readonly<Record<string, string | undefined>>,
): TrialOptions | { readonly kind: 'refused'; readonly detail: Said } {
  const read = Environment.safeParse(env);
  if (!read.success) {
    const issue = read.error.issues[0];
    return {
      kind: 'refused',
      detail: said('unusableOption', {
        name: issue?.path.join('.') ?? '',
        why: issue?.message ?? '',
      }),
    };
  }
  const { OFFPEAK_NETWORK: url, OFFPEAK_TRUST_PTX: trust, OFFPEAK_CHECKPOINT_MS } = read.data;
  return {
    kind: 'options',
    network: url === undefined ? null : { url: new URL(url), trustPtx: trust === '1' },
    checkpointEvery: OFFPEAK_CHECKPOINT_MS ?? null,
    popover: read.data.OFFPEAK_POPOVER === '1',
  };
}
