import { join } from 'node:path';
import { Menu, type NativeImage, nativeImage, nativeTheme, type Rectangle, Tray } from 'electron';
import { type Reader, sayTo } from '../../src-shared/language/reader.ts';
import { hero, trayTooltip } from '../../src-shared/moment/sentence.ts';
import { situation } from '../../src-shared/moment/situation.ts';
import { PAUSES, pauseLabel, pauseLength } from '../../src-shared/pause.ts';
import { plain, TITLE_MAX } from '../../src-shared/plain-text.ts';
import { said } from '../../src-shared/said.ts';
import type { Snapshot, StateKind } from '../../src-shared/snapshot.ts';
import { millis, seconds } from '../../src-shared/units.ts';
import type { Command } from '../../src-shared/window-protocol.ts';
import { wordsOf } from '../../src-shared/wording.ts';
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
    greet(reader: Reader): void {
      const icon = put(picture('waiting'));
      icon.setToolTip(wordsOf(said('starting'), reader));
      hang(icon, [
        { label: wordsOf(said('starting'), reader), enabled: false },
        { type: 'separator' },
        { label: sayTo(reader, trayWords.open), click: open },
        { type: 'separator' },
        { label: sayTo(reader, trayWords.quit), click: quit },
      ]);
    },
    show(snapshot: Snapshot, reader: Reader): void {
      if (signal.aborted) return;
      const { state, word, reason } = hero(snapshot, reader);
      const { takenAt } = snapshot;
      const { sharing } = snapshot.settings;
      const now = situation(snapshot);
      const paused = now.kind === 'paused';
      const game =
        now.kind === 'held' && now.because.kind === 'game-running' && now.because.path !== ''
          ? now.because
          : null;
      const pauses = PAUSES.map((pause) => ({ pause, label: pauseLabel(pause, takenAt, reader) }));
      const sentence = `${word}. ${reason}`;
      const tip = trayTooltip(snapshot, reader);
      const icon = put(picture(state));
      const key = JSON.stringify([sentence, tip, sharing, paused, game, pauses, reader]);
      if (key === drawn) return; // Redrawing an unchanged menu would close it under the owner's pointer.
      drawn = key;
      icon.setToolTip(tip);
      hang(icon, [
        { label: sentence, enabled: false },
        { type: 'separator' },
        {
          label: sayTo(reader, trayWords.share),
          type: 'checkbox',
          checked: sharing,
          click: ({ checked }) => obey({ kind: 'set-sharing', on: checked }),
        },
        {
          label: sayTo(reader, trayWords.pause),
          enabled: sharing,
          submenu: pauses.map(({ pause, label }) => ({
            label,
            // The menu may have been drawn hours ago.
            click: () => obey({ kind: 'pause', for: pauseLength(pause, millis(Date.now())) }),
          })),
        },
        ...(paused
          ? [{ label: sayTo(reader, trayWords.resume), click: () => obey({ kind: 'resume' }) }]
          : []),
        ...(game
          ? [
              {
                label: sayTo(reader, trayWords.notAGame),
                // One more click: a wrong one would let work run beside a real game.
                submenu: [
                  {
                    label: sayTo(reader, trayWords.neverPause, {
                      title: plain(game.title, TITLE_MAX) || game.path,
                    }),
                    click: () => obey({ kind: 'not-a-game', path: game.path, title: undefined }),
                  },
                ],
              },
            ]
          : []),
        { label: sayTo(reader, trayWords.open), click: open },
        { type: 'separator' },
        { label: sayTo(reader, trayWords.quit), click: quit },
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
