import { baseName } from './program-path.ts';

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

const words = (...lines: readonly string[]): ReadonlySet<string> =>
  new Set(lines.flatMap((line) => line.split(' ')));

/** Stores and their windows, by names that no game has. One that is installed through another store is no game there. */
const STORES = words(
  'steamwebhelper steamservice epicgameslauncher epicwebhelper epiconlineservicesuserhelper galaxyclient',
  'galaxyclientservice goggalaxy galaxycommunication battle.net blizzardbrowser uplay ubisoftconnect',
  'ubisoftgamelauncher eadesktop ealauncher eabackgroundservice originwebhelperservice riotclientservices',
  'riotclientux riotclientuxrender leagueclient leagueclientux rockstarservice socialclubhelper xboxpcapp',
  'gamingservices gamebar gamebarftserver minecraftlauncher minecraft-launcher prismlauncher multimc polymc',
  'curseforge amazongames lutris heroic legendary gogdl bottles minigalaxy playnite.desktopapp gamescope',
  'gamescopereaper gamemoded mangoapp pressure-vessel-wrap pv-adverb pv-bwrap bwrap gamelaunchhelper wineserver',
);

/**
 * Programs that fill the screen or keep the card busy without being a game. A game may have one of these names, so they
 * count only where nothing better is known of a program.
 */
const NOT_GAMES = words(
  'offpeak steam upc agent origin itch nile reaper xboxapp',
  // Browsers, and whatever is made of one.
  'chrome chromium chromium-browser msedge msedgewebview2 firefox firefox-esr librewolf waterfox zen brave',
  'brave-browser vivaldi opera opera_gx safari webkitwebprocess epiphany falkon konqueror webcontent',
  'com.apple.webkit.webcontent com.apple.webkit.gpu arc discord slack teams ms-teams spotify signal-desktop',
  'telegram-desktop telegram zoom electron code code-oss codium cursor obsidian',
  // Films.
  'vlc mpv mplayer totem celluloid smplayer kodi plex plexmediaplayer jellyfinmediaplayer haruna video.ui',
  'microsoft.media.player wmplayer quicktime iina',
  // Backgrounds and screen savers.
  'wallpaper32 wallpaper64 wallpaperservice32 livelywpf lively rainmeter linux-wallpaperengine swww-daemon',
  'hyprpaper swaybg mpvpaper xscreensaver kscreenlocker_greet swaylock hyprlock i3lock gnome-screensaver',
  // The desktop itself.
  'dwm explorer searchhost startmenuexperiencehost shellexperiencehost applicationframehost textinputhost lockapp',
  'xorg xwayland gnome-shell mutter kwin_x11 kwin_wayland plasmashell xfwm4 xfdesktop cinnamon muffin marco',
  'compiz picom compton sway hyprland weston river wayfire labwc niri cosmic-comp i3 openbox enlightenment',
  'windowserver dock finder nautilus nautilus-desktop nemo-desktop pcmanfm gdm gdm-x-session sddm sddm-greeter',
  // Work.
  'idea idea64 pycharm webstorm clion rider studio studio64 devenv xcode sublime_text atom gedit kate emacs vim',
  'soffice winword excel powerpnt evince okular acrobat gimp gimp-2.10 inkscape krita photoshop obs obs64',
  'gnome-terminal-server konsole alacritty kitty wezterm-gui foot windowsterminal terminal iterm2 vmware',
  'virtualboxvm mstsc remmina anydesk teamviewer parsecd',
);

/** What a program inside a game's folder is to the game. */
export type Part = 'game' | 'launcher' | 'none';

/** `rest`: the names from the game's folder down to the program. */
export function partOf(rest: readonly string[]): Part {
  const name = baseName(rest.at(-1) ?? '');
  if (rest.slice(0, -1).some((folder) => HELPER_FOLDERS.test(folder))) return 'none';
  if (STORES.has(name.toLowerCase()) || HELPERS.some((pattern) => pattern.test(name)))
    return 'none';
  return LAUNCHERS.test(name) ? 'launcher' : 'game';
}

/**
 * Whether a program is known to be no game, however large its window and however busy the card: a store, a browser, a
 * player of films, the desktop, an editor. By its name alone, so a last word only where there is no better one.
 */
export function isKnownNonGame(path: string): boolean {
  const name = baseName(path).toLowerCase();
  const plainName = name.replace(/[-_.](bin|x86_64|stable|beta)$/, '');
  return [name, plainName].some((one) => STORES.has(one) || NOT_GAMES.has(one));
}
