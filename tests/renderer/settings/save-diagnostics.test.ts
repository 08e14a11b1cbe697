import { Button, createTheme, MantineProvider } from '@mantine/core';
import { type ComponentType, createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openStore, StoreContext } from '../../../src-renderer/agent-link/store.ts';
import { SaveDiagnostics } from '../../../src-renderer/parts/repairs.tsx';
import { SettingsPage } from '../../../src-renderer/settings/settings-page.tsx';
import { type Text, t } from '../../../src-renderer/words/texts.ts';
import type { Answered } from '../../../src-shared/question.ts';
import { quote, said } from '../../../src-shared/said.ts';
import { wholeLines } from '../../worlds/window/deltas.ts';
import { snapshots } from '../../worlds/window/snapshots.ts';

/** A browser that is handed files: the names it was to save them under. */
let saved: string[] = [];
beforeEach(() => {
  saved = [];
  const link = { href: '', download: '', click: () => saved.push(link.download) };
  Object.assign(globalThis, { document: { createElement: () => link } });
});
afterEach(() => {
  Reflect.deleteProperty(globalThis, 'document');
});

/** Clicks the button with that text, in a window whose agent answers so; what is on the screen instead of a file. */
async function click(part: ComponentType, text: Text, answer: Answered) {
  let answered: Promise<unknown> = Promise.resolve();
  const store = openStore(
    {
      onSnapshot: (show) => {
        show(wholeLines(snapshots.game));
        return () => undefined;
      },
      send: async () => ({ kind: 'ok' }),
      ask: () => {
        const told = Promise.resolve(answer);
        answered = told;
        return told;
      },
    },
    new AbortController().signal,
  );
  const clicks: unknown[] = [];
  // Mantine asks the theme about each button that it draws.
  const theme = createTheme({
    components: {
      Button: Button.extend({
        classNames: (_theme, { children, ...props }) => {
          if (children === t(text)) clicks.push(Reflect.get(props, 'onClick'));
          return {};
        },
      }),
    },
  });
  const drawn = createElement(MantineProvider, { theme }, createElement(part));
  renderToStaticMarkup(createElement(StoreContext, { value: store }, drawn));
  const [onClick] = clicks;
  if (typeof onClick !== 'function') throw new Error(`no button says ${t(text)}`);
  onClick();
  await answered;
  await new Promise((resolve) => setImmediate(resolve));
  return store.view().refusal;
}

describe.each([
  { where: 'on the settings page', part: SettingsPage, text: 'saveDiagnostics' },
  { where: 'beside a trouble', part: SaveDiagnostics, text: 'heroDiagnostics' },
] as const)('whoever saves diagnostics $where', ({ part, text }) => {
  test('gets the file', async () => {
    const file = { kind: 'file', name: 'd.txt', type: 'text/plain', text: 'all well' } as const;
    expect(await click(part, text, file)).toBeNull();
    expect(saved).toEqual(['d.txt']);
  });

  test('is told why it is refused', async () => {
    const detail = quote('The books are being mended.');
    expect(await click(part, text, { kind: 'refused', detail })).toEqual(detail);
    expect(saved).toEqual([]);
  });

  test('is told that there is none, where something else came', async () => {
    const games: Answered = { kind: 'games', games: [], all: 0 };
    expect(await click(part, text, games)).toEqual(said('unanswered'));
    expect(saved).toEqual([]);
  });
});
