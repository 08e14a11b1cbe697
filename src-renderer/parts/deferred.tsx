import { Alert } from '@mantine/core';
import { type ComponentType, type ReactNode, useEffect, useState } from 'react';
import { t } from '../words/texts.ts';

/** A part of the window whose code is read apart from the rest. */
export type Deferred<Props> = ComponentType<Props> & {
  /** Reads it now, so that it is there when it is wanted. Never rejects: what goes wrong stands in its place. */
  readonly load: () => Promise<void>;
};

type Part<Props> =
  | { readonly kind: 'unread' }
  | { readonly kind: 'read'; readonly Drawn: ComponentType<Props> }
  | { readonly kind: 'broken' };

/**
 * Draws `room` until the part is read, and the part in the moment it is there: React's own `lazy` holds back what it reveals
 * until 300 ms after the last time it did (FALLBACK_THROTTLE_MS in its reconciler).
 */
export function deferred<Props extends object>(
  read: () => Promise<ComponentType<Props>>,
  room: ReactNode = null,
): Deferred<Props> {
  let part: Part<Props> = { kind: 'unread' };
  let reading: Promise<void> | null = null;
  const load = (): Promise<void> => {
    reading ??= read().then(
      (Drawn) => {
        part = { kind: 'read', Drawn };
      },
      (error: unknown) => {
        console.error(error);
        part = { kind: 'broken' };
        // Asked for again the next time: a browser's window may have been cut off from its agent.
        reading = null;
      },
    );
    return reading;
  };
  function LatePart(props: Props) {
    const [now, setNow] = useState(part);
    useEffect(() => {
      let here = true;
      void load().then(() => here && setNow(part));
      return () => {
        here = false;
      };
    }, []);
    if (now.kind === 'broken') return <Alert color="red">{t('partMissing')}</Alert>;
    return now.kind === 'read' ? <now.Drawn {...props} /> : <div aria-busy="true">{room}</div>;
  }
  return Object.assign(LatePart, { load });
}
