import { MantineProvider } from '@mantine/core';
import { type ComponentType, createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { openStore, StoreContext } from '../../../src-renderer/agent-link/store.ts';
import { quote } from '../../../src-shared/said.ts';
import type { Snapshot } from '../../../src-shared/snapshot.ts';
import { wholeLines } from './deltas.ts';

/** What the window draws of a moment. */
export function draw(snapshot: Snapshot, ...parts: readonly ComponentType[]): string {
  const store = openStore(
    {
      onSnapshot: (show) => {
        show(wholeLines(snapshot));
        return () => undefined;
      },
      send: async () => ({ kind: 'ok' }),
      ask: async () => ({ kind: 'refused', detail: quote('nobody is there') }),
    },
    new AbortController().signal,
  );
  const drawn = parts.map((part, key) => createElement(part, { key }));
  return renderToStaticMarkup(
    createElement(StoreContext, { value: store }, createElement(MantineProvider, null, ...drawn)),
  ).replace(/<style[\s\S]*?<\/style>/g, '');
}

/** What a person reads of it. */
export const read = (snapshot: Snapshot, ...parts: readonly ComponentType[]): string =>
  draw(snapshot, ...parts)
    .replace(/<[^>]+>/g, ' ')
    .replaceAll('&#x27;', '’')
    .replace(/\s+/g, ' ');
