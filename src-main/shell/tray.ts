import { join } from 'node:path';
import { Menu, type NativeImage, nativeImage, nativeTheme, Tray } from 'electron';
import { PAUSES, pauseLabel, pauseLength } from '../../src-shared/pause.ts';
import { sayToOwner } from '../../src-shared/reader.ts';
import { hero, trayTooltip } from '../../src-shared/sentence.ts';
import { situation } from '../../src-shared/situation.ts';
import type { Snapshot, StateKind } from '../../src-shared/snapshot.ts';
import { millis } from '../../src-shared/units.ts';
import type { Command } from '../../src-shared/window-protocol.ts';
import { orderWords } from '../words/order-words.ts';
import { trayWords } from '../words/tray-words.ts';

type Options = {
  /** Folder of the tray icons, `tray-<state>-light.png` and `-dark.png`. */
  readonly icons: string;
  readonly obey: (command: Command) => void;
  readonly open: () => void;
  readonly quit: () => void;
  /** Takes the icon away, for good. */
  readonly signal: AbortSignal;
};

/** The icon beside the clock: the state as a shape, the sentence, and the four things an owner does most. */
export function openTray({ icons, obey, open, quit, signal }: Options) {
  const pictures = new Map<string, NativeImage>();
  let tray: Tray | null = null;
  let drawn = '';

  const picture = (state: StateKind): NativeImage => {
    const name = pictureName(state, nativeTheme.shouldUseDarkColors);
    const known = pictures.get(name);
    if (known) return known;
    const image = nativeImage.createFromPath(join(icons, `${name}.png`));
    pictures.set(name, image);
    return image;
  };

  function put(image: NativeImage): Tray {
    if (tray) {
      tray.setImage(image);
      return tray;
    }
    tray = new Tray(image);
    tray.on('click', open);
    return tray;
  }

  signal.addEventListener('abort', () => tray?.destroy(), { once: true });

  return {
    /** The icon before there is anything to tell. */
    greet(): void {
      const icon = put(picture('waiting'));
      icon.setToolTip(sayToOwner(orderWords.starting));
      icon.setContextMenu(
        Menu.buildFromTemplate([
          { label: sayToOwner(orderWords.starting), enabled: false },
          { type: 'separator' },
          { label: sayToOwner(trayWords.open), click: open },
          { type: 'separator' },
          { label: sayToOwner(trayWords.quit), click: quit },
        ]),
      );
    },
    show(snapshot: Snapshot): void {
      if (signal.aborted) return;
      const { state, word, reason } = hero(snapshot);
      const { takenAt } = snapshot;
      const { sharing } = snapshot.settings;
      const paused = situation(snapshot).kind === 'paused';
      const pauses = PAUSES.map((pause) => ({ pause, label: pauseLabel(pause, takenAt) }));
      const sentence = `${word}. ${reason}`;
      const tip = trayTooltip(snapshot);
      const image = picture(state);
      const key = JSON.stringify([
        state,
        sentence,
        tip,
        sharing,
        paused,
        pauses,
        nativeTheme.shouldUseDarkColors,
      ]);
      if (key === drawn) return; // Redrawing an unchanged menu would close it under the owner's pointer.
      drawn = key;
      const icon = put(image);
      icon.setToolTip(tip);
      icon.setContextMenu(
        Menu.buildFromTemplate([
          { label: sentence, enabled: false },
          { type: 'separator' },
          {
            label: sayToOwner(trayWords.share),
            type: 'checkbox',
            checked: sharing,
            click: ({ checked }) => obey({ kind: 'set-sharing', on: checked }),
          },
          {
            label: sayToOwner(trayWords.pause),
            enabled: sharing,
            submenu: pauses.map(({ pause, label }) => ({
              label,
              // The menu may have been drawn hours ago.
              click: () => obey({ kind: 'pause', for: pauseLength(pause, millis(Date.now())) }),
            })),
          },
          ...(paused
            ? [{ label: sayToOwner(trayWords.resume), click: () => obey({ kind: 'resume' }) }]
            : []),
          { label: sayToOwner(trayWords.open), click: open },
          { type: 'separator' },
          { label: sayToOwner(trayWords.quit), click: quit },
        ]),
      );
    },
  };
}

/** The file for a state: macOS colours a template itself, Linux panels want 22 pixels, Windows 16 and its multiples. */
function pictureName(state: StateKind, dark: boolean): string {
  if (process.platform === 'darwin') return `tray-${state}Template`;
  const name = `tray-${state}-${dark ? 'dark' : 'light'}`;
  return process.platform === 'linux' ? `${name}-22` : name;
}
