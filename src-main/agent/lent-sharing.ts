import type { Settings } from '../../src-shared/settings.ts';
import type { Agent } from './state.ts';

/** What the owner says about sharing: all that a speed test is ever lent. */
const termsOf = ({ sharing, pausedUntil }: Settings): Agent['lent'] => ({ sharing, pausedUntil });

/** These settings from now on. "Start now" is over where they say not to share. */
const obeying = (agent: Agent, settings: Settings): Agent => ({
  ...agent,
  settings,
  startNow: agent.startNow && settings.sharing && settings.pausedUntil === null,
});

/** Sharing is on while a speed test runs, for an owner who has not said yes to it. Lent twice, it is given back as it first was. */
export const lendSharing = (agent: Agent): Agent => ({
  ...obeying(agent, { ...agent.settings, sharing: true, pausedUntil: null }),
  lent: agent.lent ?? termsOf(agent.settings),
});

/** The owner's new settings. What they say about sharing meanwhile holds, and nothing is lent any more. */
export function changeSettings(agent: Agent, settings: Settings): Agent {
  const { sharing, pausedUntil } = agent.settings;
  const isAsBefore = settings.sharing === sharing && settings.pausedUntil === pausedUntil;
  return { ...obeying(agent, settings), lent: isAsBefore ? agent.lent : null };
}

/** The owner has said that sharing is to be as it is: it is theirs, not lent. */
export const keepSharing = (agent: Agent): Agent => ({ ...agent, lent: null });

/** Sharing is as its owner left it, whatever else of the settings they changed meanwhile. */
export const returnSharing = (agent: Agent): Agent =>
  agent.lent ? { ...obeying(agent, saved(agent)), lent: null } : agent;

/** The settings as they may be written down: after a kill in the middle of a speed test, sharing is as it was before it. */
export const saved = ({ settings, lent }: Pick<Agent, 'settings' | 'lent'>): Settings =>
  lent ? { ...settings, ...lent } : settings;
