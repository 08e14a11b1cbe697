import { step } from './agent/agent.ts';
import { type Effect, type Event, inWords } from './agent/event.ts';
import type { Agent } from './agent/state.ts';

/** What follows on a step of the agent. */
type Following = {
  readonly performAll: (effects: readonly Effect[]) => void;
  /** One line on what was done. */
  readonly log: (line: string) => void;
  /** The window is shown what is new. */
  readonly show: () => void;
  /** More is to come: the next look at the machine is soon. */
  readonly stir: () => void;
  /** How often the machine is looked at fits what it does now. */
  readonly keepPace: () => void;
};

export type Dispatch = {
  /** The agent as it is now. */
  readonly agent: () => Agent;
  readonly dispatch: (event: Event) => void;
};

/**
 * The heart: the only place where the agent changes. An event comes in, `step` says what the agent is now and what is to be
 * done, and that is done. Effects come before the snapshot: a game does not wait for it.
 */
export function openDispatch(first: Agent, following: () => Following): Dispatch {
  let agent = first;
  return {
    agent: () => agent,
    dispatch(event) {
      const { performAll, log, show, stir, keepPace } = following();
      const [next, effects] = step(agent, event);
      agent = next;
      performAll(effects);
      for (const effect of effects) log(inWords(effect));
      if (event.kind !== 'progressed') show();
      if (event.kind !== 'sampled' && event.kind !== 'progressed') stir();
      keepPace();
    },
  };
}
