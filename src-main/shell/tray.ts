import { join } from 'node:path';
import { Menu, type NativeImage, nativeImage, nativeTheme, type Rectangle, Tray } from 'electron';
import { readerOf, sayToOwner } from '../../src-shared/language/reader.ts';
import { hero, trayTooltip } from '../../src-shared/moment/sentence.ts';
import { situation } from '../../src-shared/moment/situation.ts';
import { PAUSES, pauseLabel, pauseLength } from '../../src-shared/pause.ts';
import { plain, TITLE_MAX } from '../../src-shared/plain-text.ts';
import type { Snapshot, StateKind } from '../../src-shared/snapshot.ts';
import { millis, seconds } from '../../src-shared/units.ts';
import type { Command } from '../../src-shared/window-protocol.ts';
import { orderWords } from '../words/order-words.ts';
import { trayWords } from '../words/tray-words.ts';
import { openThrottle } from './throttle.ts';

/** A picture that changes more often draws the eye, and is taken for an alarm. */
const PICTURE_STAYS = seconds(2);

type Options = {
  /** Folder of the tray icons, `tray-<state>-light.png` and `-dark.png`. */
  readonly icons: string;
  readonly obey: (command: Command) => void;
  readonly open: () => void;
  /** A click on the icon itself, which lies there; null where the system does not say. */
  readonly clicked: (icon: Rectangle | null) => void;
  readonly quit: () => void;
  /** Takes the icon away, for good. */
  readonly signal: AbortSignal;
};

/** The icon beside the clock: the state as a shape, the sentence, and the few things an owner does most. */
export function openTray({ icons, obey, open, clicked, quit, signal }: Options) {
  const pictures = new Map<string, NativeImage>();
  let tray: Tray | null = null;
  let menu: Menu | null = null;
  let drawn = '';

  const picture = (state: StateKind): NativeImage => {
    const name = pictureName(state, nativeTheme.shouldUseDarkColors);
    const known = pictures.get(name);
    if (known) return known;
    const image = nativeImage.createFromPath(join(icons, `${name}.png`));
    pictures.set(name, image);
    return image;
  };

  const draw = openThrottle<NativeImage>({
    put: (image) => {
      if (!signal.aborted) tray?.setImage(image);
    },
    every: PICTURE_STAYS,
    now: () => performance.now(),
    later: (then, after) => setTimeout(then, after),
  });

  function put(image: NativeImage): Tray {
    if (!tray) {
      tray = new Tray(image);
      tray.on('click', (_event, bounds) => clicked(bounds.width > 0 ? bounds : null));
      // On macOS a menu of the icon's own would open with every click.
      if (process.platform === 'darwin')
        tray.on('right-click', () => menu && tray?.popUpContextMenu(menu));
    }
    draw(image);
    return tray;
  }

  function hang(icon: Tray, template: Electron.MenuItemConstructorOptions[]): void {
    menu = Menu.buildFromTemplate(template);
    if (process.platform !== 'darwin') icon.setContextMenu(menu);
  }

  signal.addEventListener('abort', () => tray?.destroy(), { once: true });

  return {
    /** The icon before there is anything to tell. */
    greet(): void {
      const icon = put(picture('waiting'));
      icon.setToolTip(sayToOwner(orderWords.starting));
      hang(icon, [
        { label: sayToOwner(orderWords.starting), enabled: false },
        { type: 'separator' },
        { label: sayToOwner(trayWords.open), click: open },
        { type: 'separator' },
        { label: sayToOwner(trayWords.quit), click: quit },
      ]);
    },
    show(snapshot: Snapshot): void {
      if (signal.aborted) return;
      const { state, word, reason } = hero(snapshot);
      const { takenAt } = snapshot;
      const { sharing } = snapshot.settings;
      const now = situation(snapshot);
      const paused = now.kind === 'paused';
      const game =
        now.kind === 'held' && now.because.kind === 'game-running' && now.because.path !== ''
          ? now.because
          : null;
      const pauses = PAUSES.map((pause) => ({ pause, label: pauseLabel(pause, takenAt) }));
      const sentence = `${word}. ${reason}`;
      const tip = trayTooltip(snapshot);
      const icon = put(picture(state));
      const { language } = readerOf({});
      const key = JSON.stringify([sentence, tip, sharing, paused, game, pauses, language]);
      if (key === drawn) return; // Redrawing an unchanged menu would close it under the owner's pointer.
      drawn = key;
      icon.setToolTip(tip);
      hang(icon, [
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
        ...(game
          ? [
              {
                label: sayToOwner(trayWords.notAGame),
                // One more click: a wrong one would let work run beside a real game.
                submenu: [
                  {
                    label: sayToOwner(trayWords.neverPause, {
                      title: plain(game.title, TITLE_MAX) || game.path,
                    }),
                    click: () => obey({ kind: 'not-a-game', path: game.path, title: undefined }),
                  },
                ],
              },
            ]
          : []),
        { label: sayToOwner(trayWords.open), click: open },
        { type: 'separator' },
        { label: sayToOwner(trayWords.quit), click: quit },
      ]);
    },
  };
}

/** The file for a state: macOS colours a template itself, Linux panels want 22 pixels, Windows 16 and its multiples. */
function pictureName(state: StateKind, dark: boolean): string {
  if (process.platform === 'darwin') return `tray-${state}Template`;
  const name = `tray-${state}-${dark ? 'dark' : 'light'}`;
  return process.platform === 'linux' ? `${name}-22` : name;
}
