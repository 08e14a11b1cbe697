// Draws every picture of this folder from its glyphs:  node assets/draw.mjs
// Needs rsvg-convert (librsvg2-bin), png2icns (icnsutils) and icotool (icoutils).
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const source = join(here, 'source');
mkdirSync(source, { recursive: true });
const work = mkdtempSync(join(tmpdir(), 'offpeak-icons-'));

/** A load curve at its low: the valley below every sign. */
const VALLEY = 'M1 8.5c3 0 3.4 3.5 7 3.5s4-3.5 7-3.5V14a1 1 0 0 1-1 1H2a1 1 0 0 1-1-1Z';
/** Half a pixel lower, since the exclamation mark is taller. */
const LOW_VALLEY = 'M1 9c2.6 0 3.4 4 7 4s4.400-4 7-4v5a1 1 0 0 1-1 1H2a1 1 0 0 1-1-1Z';

/** One sign per state; they differ by shape, so colour is never needed. */
const signs = {
  earning: '<circle cx="8" cy="5" r="3.2" fill="SIGN"/>',
  waiting: '<circle cx="8" cy="5" r="2.5" fill="none" stroke="SIGN" stroke-width="1.5"/>',
  paused:
    '<path d="M4.8 2.100a.6.6 0 0 1 .6-.6h1a.6.6 0 0 1 .6.6v5.300a.6.6 0 0 1-.6.6h-1a.6.6 0 0 1-.6-.6zM9 2.100a.6.6 0 0 1 .6-.6h1a.6.6 0 0 1 .6.6v5.300a.6.6 0 0 1-.6.6h-1a.6.6 0 0 1-.6-.6z" fill="SIGN"/>',
  hot: '<path d="M8 .6c2.200 2.100 3.400 3.500 3.400 5.200a3.400 3.400 0 0 1-6.800 0c0-1.200.6-2.200 1.400-2.900.3.9.7 1.300 1.200 1.400C7 2.900 7.200 1.700 8 .6Z" fill="SIGN"/>',
  error:
    '<rect x="7" y=".8" width="2" height="5" rx="1" fill="SIGN"/><circle cx="8" cy="8.1" r="1.3" fill="SIGN"/>',
  offline:
    '<path d="m5.500 2.500 5 5m0-5-5 5" fill="none" stroke="SIGN" stroke-width="1.500" stroke-linecap="round"/>',
  off: '',
};

/** The valley's and the signs' colours: for a light and a dark taskbar, and one for macOS to tint as it likes. */
const sets = {
  light: {
    valley: '#3a4048',
    earning: '#077a63',
    waiting: '#1584cc',
    paused: '#7b3fb5',
    hot: '#c77700',
    error: '#a3111a',
    offline: '#646b74',
    off: '#646b74',
  },
  dark: {
    valley: '#ffffff',
    earning: '#40c79d',
    waiting: '#2f8fd6',
    paused: '#b79cff',
    hot: '#f5b93a',
    error: '#ef6f63',
    offline: '#a4a8ae',
    off: '#a4a8ae',
  },
};

function glyph(state, valley, sign) {
  const path = state === 'error' ? LOW_VALLEY : VALLEY;
  const opacity = state === 'off' ? ' opacity=".55"' : '';
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><path d="${path}" fill="${valley}"${opacity}/>${signs[state].replaceAll('SIGN', sign)}</svg>\n`;
}

const draw = (svg, size, png) =>
  execFileSync('rsvg-convert', ['-w', String(size), '-h', String(size), '-o', png, svg]);

/** What Electron picks by itself: `@2x` beside the plain file, and the steps Windows scales by. */
const trayScales = { '': 16, '@1.25x': 20, '@1.5x': 24, '@2x': 32 };

for (const state of Object.keys(signs)) {
  for (const [set, colours] of Object.entries(sets)) {
    const svg = join(source, `tray-${state}-${set}.svg`);
    writeFileSync(svg, glyph(state, colours.valley, colours[state]));
    for (const [scale, size] of Object.entries(trayScales)) {
      draw(svg, size, join(here, `tray-${state}-${set}${scale}.png`));
    }
    // Linux panels are 22 pixels high and do not pick by scale.
    draw(svg, 22, join(here, `tray-${state}-${set}-22.png`));
  }
  // macOS: black and alpha only, an 18 point box; "Template" in the name lets the system tint it.
  const svg = join(source, `tray-${state}Template.svg`);
  writeFileSync(svg, glyph(state, '#000', '#000'));
  draw(svg, 18, join(here, `tray-${state}Template.png`));
  draw(svg, 36, join(here, `tray-${state}Template@2x.png`));
}

/** The app's icon: the same valley on a night sky, with air around as the systems' guidelines want it. */
const icon = join(source, 'icon.svg');
writeFileSync(
  icon,
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="-1 -1 22 22"><defs><clipPath id="tile"><rect width="20" height="20" rx="4.600"/></clipPath></defs><g clip-path="url(#tile)"><rect width="20" height="20" fill="#2f46a5"/><path d="M0 9.5c3.6 0 4.6 5 10 5s6.400-5 10-5V20H0Z" fill="#8ba8fd"/></g><circle cx="10" cy="7.6" r="2.8" fill="#fff"/></svg>\n`,
);
draw(icon, 512, join(here, 'icon.png'));
draw(icon, 1024, join(here, 'icon@2x.png'));
// Of windows and notifications: what a desktop shows of them at most. The large one takes 60 ms to read.
draw(icon, 128, join(here, 'window.png'));

const sized = (size) => {
  const png = join(work, `${size}.png`);
  draw(icon, size, png);
  return png;
};
const icoSizes = [16, 20, 24, 32, 48];
const ico = ['-c', '-o', join(here, 'icon.ico'), ...icoSizes.map(sized)];
// `-r`: the large one stays a PNG, a tenth of the bytes.
execFileSync('icotool', [...ico, '-r', sized(256)]);
execFileSync('png2icns', [
  join(here, 'icon.icns'),
  ...[16, 32, 48, 128, 256, 512, 1024].map(sized),
]);
rmSync(work, { recursive: true });
