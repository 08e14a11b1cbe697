/**
 * What a program that many people have is to them. No game is any of these, but one may have the name, so a name counts only
 * where nothing better is known of a program.
 */
export type KnownAs =
  /** A store of games and its windows, by names that no game has. */
  | 'store'
  /** What a game runs in. */
  | 'wrapper'
  /** As a store, by names that a game may have too. */
  | 'launcher'
  /** A part of one, by a name that many programs have. */
  | 'namesake'
  | 'browser'
  /** Chats, music, overlays: open all day. */
  | 'companion'
  | 'films'
  /** Wallpapers and screen savers. */
  | 'background'
  | 'desktop'
  | 'work';

const words = (...lines: readonly string[]): readonly string[] =>
  lines.flatMap((line) => line.split(' '));

/** Names of executables in lower case, without `.exe`. */
const NAMES: Readonly<Record<KnownAs, readonly string[]>> = {
  store: words(
    'steamwebhelper steamservice epicgameslauncher epicwebhelper epiconlineservicesuserhelper galaxyclient',
    'galaxyclientservice goggalaxy galaxycommunication battle.net blizzardbrowser uplay ubisoftconnect',
    'ubisoftgamelauncher eadesktop ealauncher eabackgroundservice originwebhelperservice riotclientservices',
    'riotclientux riotclientuxrender leagueclient leagueclientux rockstarservice socialclubhelper xboxpcapp',
    'gamingservices gamebar gamebarftserver minecraftlauncher minecraft-launcher prismlauncher multimc polymc',
    'curseforge amazongames lutris heroic legendary gogdl bottles minigalaxy playnite.desktopapp',
  ),
  wrapper: words(
    'gamescope gamescopereaper gamemoded mangoapp pressure-vessel-wrap pv-adverb pv-bwrap bwrap gamelaunchhelper',
    'wineserver',
  ),
  launcher: words('offpeak steam upc'),
  namesake: words('agent origin itch nile reaper xboxapp'),
  browser: words(
    'chrome chromium chromium-browser msedge msedgewebview2 firefox firefox-esr librewolf waterfox zen floorp brave',
    'brave-browser vivaldi opera opera_gx safari webkitwebprocess epiphany falkon konqueror webcontent arc',
    'com.apple.webkit.webcontent com.apple.webkit.gpu plugin-container',
  ),
  companion: words(
    'discord slack teams ms-teams spotify signal-desktop telegram-desktop telegram zoom nvcontainer',
  ),
  films: words(
    'vlc mpv mplayer totem celluloid smplayer kodi plex plexmediaplayer jellyfinmediaplayer haruna video.ui',
    'microsoft.media.player wmplayer quicktime iina',
  ),
  background: words(
    'wallpaper32 wallpaper64 wallpaperservice32 livelywpf lively rainmeter linux-wallpaperengine swww-daemon',
    'hyprpaper swaybg mpvpaper xscreensaver kscreenlocker_greet swaylock hyprlock i3lock gnome-screensaver',
  ),
  desktop: words(
    'dwm csrss explorer searchhost startmenuexperiencehost shellexperiencehost shellhost widgets',
    'applicationframehost textinputhost lockapp systemsettings logonui',
    'xorg x xwayland gnome-shell mutter kwin kwin_x11 kwin_wayland plasmashell xfwm4 xfdesktop cinnamon muffin',
    'marco compiz picom compton sway hyprland niri weston river wayfire labwc cosmic-comp budgie-wm i3 openbox',
    'enlightenment windowserver dock finder nautilus nautilus-desktop nemo-desktop pcmanfm gdm gdm-x-session',
    'sddm sddm-greeter',
  ),
  work: words(
    'electron code code-oss codium cursor obsidian idea idea64 pycharm webstorm clion rider studio studio64 devenv',
    'xcode sublime_text atom gedit kate emacs vim soffice winword excel powerpnt evince okular acrobat gimp gimp-2.10',
    'inkscape krita photoshop obs obs64 gnome-terminal-server konsole alacritty kitty wezterm-gui foot',
    'windowsterminal terminal iterm2 vmware virtualboxvm mstsc remmina anydesk teamviewer parsecd',
  ),
};

/** Names that come in many forms. */
const PATTERNS: readonly (readonly [KnownAs, RegExp])[] = [
  ['store', /^(xboxgamebar|riotclient).*$/],
  ['store', /^galaxyclient helper$/],
  ['browser', /^(google )?chrom(e|ium)(-browser)?( helper.*)?$/],
  ['browser', /^(ms|microsoft.?)edge(webview2)?( helper.*)?$/],
  ['browser', /^(isolated web co|web content|rdd process)$/],
  ['browser', /^com\.apple\.webkit\..*$/],
  ['companion', /^nvidia (overlay|share|app)$/],
  ['desktop', /^mutter.*$/],
];

const known = new Map(
  Object.entries(NAMES).flatMap(([kind, names]) =>
    names.map((name) => [name, kind as KnownAs] as const),
  ),
);

/** `name`: of an executable, as the system gives it. Null where nothing is known of it. */
export function knownAs(name: string): KnownAs | null {
  const lower = name.toLowerCase().replace(/\.exe$/, '');
  const plain = lower.replace(/[-_.](bin|x86_64|stable|beta|esr)$/, '');
  return (
    known.get(lower) ??
    known.get(plain) ??
    PATTERNS.find(([, pattern]) => pattern.test(lower) || pattern.test(plain))?.[0] ??
    null
  );
}

const ON_SCREEN: ReadonlySet<KnownAs> = new Set<KnownAs>([
  'store',
  'launcher',
  'browser',
  'companion',
  'background',
  'desktop',
]);
/** Whether a program of this name is on the card only to draw what the owner sees all day. */
export function isDesktop(name: string): boolean {
  const kind = knownAs(name);
  return kind !== null && ON_SCREEN.has(kind);
}
