import { knownAs } from '../../policy/known-programs.ts';
import { baseName } from '../programs/program-path.ts';

/** Installers that a game brings along, by the folder they lie in. */
const HELPER_FOLDERS =
  /^(_*(common)?redist(ributables?)?|directx|_*installers?|easyanticheat(_eos)?|battleye|prereq(uisite)?s?)$/i;

/** Programs that outlive or accompany a game and are not it, by their name without `.exe`. */
const HELPERS: readonly RegExp[] = [
  // Those that wait for a crash. A game may well be called Crash.
  /crash[-_ ]?(handler|reporter|report|sender|pad|dump|client|uploader|monitor|svc|service)/i,
  /^(bssndrpt(64)?|werfault|wermgr|sendrpt|minidump.*|.*errorreporter|bug(splat|report).*)$/i,
  // Anti-cheat: services that stay when the game is gone.
  /^easyanticheat/i,
  /^(beservice(_x64)?|belauncher|bedaisy)$/i,
  /^(vgc|vgtray|vgm|vgk)$/i,
  /^(faceit|faceitservice|faceit-?ac.*)$/i,
  /^(pnkbstr[ab]|gamemon(64)?(\.des)?|gameguard(\.des)?|npggsvc|xhunter\d*|x3\.xem)$/i,
  /^(sguard(64|svc64)?|ace-(base|guard|setup|tray).*|anticheatexpert.*|mhyprot.*|hoyokprotect)$/i,
  /^eaanticheat/i,
  /^(blackcipher|blackcall|ngservice)/i,
  /^equ8/i,
  /^(anticheat|.*[-_ ]anti-?cheat[-_ ]?(service|svc|updater|installer)?)$/i,
  // Overlays, and browsers inside launchers and games.
  /^gameoverlayui(64)?$/i,
  /^(eosoverlay|galaxyoverlay|discordhookhelper|overlay(renderer|helper)?$)/i,
  /(cef|web|browser)[-_ ]?(subprocess|helper|core)/i,
  /^(qtwebengineprocess|coherentui_host|cefprocess|cefsharp\.browsersubprocess)$/i,
  // What a game needs installed, and how it gets updated and removed.
  /^(vc_?redist|dxsetup|dxwebsetup|ue\d?prereqsetup|ueprereqsetup|oalinst|dotnetfx|ndp\d+|physx|xnafx|unins\d)/i,
  /^(eosbootstrapper|epiconlineservices.*|installscript|touchup|cleanup|activationui)$/i,
  /^(un)?install(er)?([-_ ].*)?$/i,
  /^.*(updater|patcher|selfupdate)$/i,
  // Rendering nothing, for other players.
  /(^|[-_])dedicated[-_ ]?server/i,
];

/** A window in which one presses "Play". Open for as long as its game, or for days. */
const LAUNCHERS = /launcher|bootstrap|start_protected_game|prelaunch|_be$|_eac$/i;

/** What a program inside a game's folder is to the game. */
export type Part = 'game' | 'launcher' | 'none';

/** `rest`: the names from the game's folder down to the program. */
export function partOf(rest: readonly string[]): Part {
  const name = baseName(rest.at(-1) ?? '');
  if (rest.slice(0, -1).some((folder) => HELPER_FOLDERS.test(folder))) return 'none';
  const kind = knownAs(name);
  if (kind === 'store' || kind === 'wrapper') return 'none';
  if (HELPERS.some((pattern) => pattern.test(name))) return 'none';
  return LAUNCHERS.test(name) ? 'launcher' : 'game';
}

/**
 * Whether a program is known to be no game, however large its window and however busy the card: a store, a browser, a
 * player of films, the desktop, an editor. By its name alone, so a last word only where there is no better one.
 */
export const isKnownNonGame = (path: string): boolean => knownAs(baseName(path)) !== null;
