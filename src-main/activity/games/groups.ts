import type { Game } from '../../policy/circumstances.ts';
import type { FoundGame } from './verdict.ts';

type Listener = {
  readonly started: (game: Game) => void;
  readonly ended: (game: Game) => void;
};

type Group = {
  readonly home: string;
  readonly members: Map<number, FoundGame>;
  /** Its game itself has run, not only its launcher. */
  played: boolean;
  /** As it was told; null while it does not count. */
  told: Game | null;
};

/**
 * Which processes make up one game. It starts with its first process and ends with its last; a launcher that is left
 * over when the game itself has ended does not count until the game runs again.
 */
export function openGameGroups(listen: Listener) {
  const groups = new Map<string, Group>();
  const groupOf = new Map<number, Group>();

  /** Tells what has changed. `left`: who is no part of it any more by the owner's word, and may not stand for it. */
  function settle(group: Group, left: number | null): void {
    const members = [...group.members];
    const played = members.find(([, { part }]) => part === 'game');
    const spokesman = played ?? (group.played ? undefined : members[0]);
    if (members.length === 0) groups.delete(group.home);
    const before = group.told;
    if (spokesman === undefined) {
      group.told = null;
      if (before) listen.ended(before);
    } else if (before === null || before.pid === left) {
      const [pid, { path, title }] = spokesman;
      group.told = { pid, path, title };
      listen.started(group.told);
      if (before) listen.ended(before);
    }
  }

  function drop(pid: number, gone: boolean): void {
    const group = groupOf.get(pid);
    groupOf.delete(pid);
    if (!group?.members.delete(pid)) return;
    settle(group, gone ? null : pid);
  }

  return {
    /** The process is of this game now, or of none. */
    join(pid: number, found: FoundGame | null): void {
      const before = groupOf.get(pid);
      if (found === null) return drop(pid, false);
      // Games are told apart by their pid, so the old one ends first. The policy's hold-off bridges that moment.
      if (before !== undefined && before.home !== found.home) drop(pid, false);
      const group = groups.get(found.home) ?? newGroup(found.home);
      groups.set(found.home, group);
      groupOf.set(pid, group);
      group.members.set(pid, found);
      group.played ||= found.part === 'game';
      settle(group, null);
    },
    leave: (pid: number): void => drop(pid, true),
    titleOf: (pid: number): string | null => groupOf.get(pid)?.members.get(pid)?.title ?? null,
  };
}

const newGroup = (home: string): Group => ({
  home,
  members: new Map(),
  played: false,
  told: null,
});
