import { ActionIcon, Button } from '@mantine/core';
import { IconArrowBackUp, IconX } from '@tabler/icons-react';
import { createContext, type ReactNode, useContext, useEffect, useState } from 'react';
import type { CommandInput } from '../../src-shared/window-protocol.ts';
import { useStore } from '../agent-link/store.ts';
import { t } from '../words/texts.ts';
import { inverseOf } from './undo.ts';

/** Long enough to read a line and to reach for the button. */
const SHOWN_FOR_MS = 8_000;

/** A change that was made: what was said about it, and how it is taken back. */
type Change = { readonly words: string; readonly back: CommandInput };

const TellChange = createContext<(change: Change) => void>(() => undefined);

/**
 * Sends a command and offers to take it back. `words`: what is so from now on, half a sentence. What is refused says so by
 * itself.
 */
export function useChange(): (command: CommandInput, words: string) => Promise<boolean> {
  const store = useStore();
  const tell = useContext(TellChange);
  return async (command, words) => {
    const settings = store.view().snapshot?.settings;
    const back = settings ? inverseOf(command, settings) : null;
    const obeyed = await store.send(command);
    if (obeyed && back) tell({ words, back });
    return obeyed;
  };
}

/** The half sentence about a limit. */
export const nowAt = (what: string, value: string): string => t('changedTo', { what, value });
/** The half sentence about a switch. */
export const nowSwitched = (what: string, on: boolean): string =>
  t(on ? 'changedOn' : 'changedOff', { what });

/** Around a page whose changes can be taken back: the last one, for some seconds. */
export function Changes({ children }: { children: ReactNode }) {
  const [last, setLast] = useState<Change | null>(null);
  return (
    <TellChange value={setLast}>
      {children}
      <div role="status" className="changes">
        {last && <Offer key={last.words} change={last} close={() => setLast(null)} />}
      </div>
    </TellChange>
  );
}

function Offer({ change, close }: { change: Change; close: () => void }) {
  const store = useStore();
  // Nothing vanishes under a pointer or from under the keyboard.
  const [held, hold] = useState(false);
  useEffect(() => {
    if (held) return;
    const timer = setTimeout(close, SHOWN_FOR_MS);
    return () => clearTimeout(timer);
  });
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it only waits while somebody is at its buttons.
    <div
      className="change"
      onMouseEnter={() => hold(true)}
      onMouseLeave={() => hold(false)}
      onFocus={() => hold(true)}
      onBlur={() => hold(false)}
    >
      <span className="grow">{change.words}</span>
      <Button
        variant="default"
        leftSection={<IconArrowBackUp size={16} aria-hidden />}
        onClick={() => {
          close();
          void store.send(change.back);
        }}
      >
        {t('undo')}
      </Button>
      <ActionIcon variant="subtle" color="gray" aria-label={t('closeChange')} onClick={close}>
        <IconX size={16} color="var(--op-ink2)" aria-hidden />
      </ActionIcon>
    </div>
  );
}
