/**
 * Programs that draw the desktop or sit on the card all day: compositors, browsers, launchers, overlays, wallpapers. Names
 * of executables in lower case, without `.exe`.
 */
const DESKTOP: readonly RegExp[] = [
  // Windows
  /^(dwm|csrss|explorer|searchhost|startmenuexperiencehost|shellexperiencehost|shellhost|widgets)$/,
  /^(textinputhost|lockapp|applicationframehost|systemsettings|gamebar|xboxgamebar.*|logonui)$/,
  // Linux; gamescope is left out, for it runs nothing but games
  /^(x|xorg|xwayland|gnome-shell|mutter.*|kwin(_x11|_wayland)?|plasmashell|sway|hyprland|niri)$/,
  /^(wayfire|weston|picom|cinnamon|muffin|xfwm4|marco|budgie-wm|cosmic-comp|labwc|river)$/,
  // macOS
  /^(windowserver|finder|dock)$/,
  // Browsers
  /^(google )?chrom(e|ium)(-browser|-stable)?( helper.*)?$/,
  /^(ms|microsoft.?)edge(webview2)?( helper.*)?$/,
  /^(firefox|librewolf|waterfox|zen|floorp)(-bin|-esr)?$/,
  /^(isolated web co|web content|plugin-container|rdd process)$/,
  /^(brave|brave-browser|opera|vivaldi|vivaldi-bin|arc|safari|webkitwebprocess|com\.apple\.webkit.*)$/,
  // Launchers
  /^(steam|steamwebhelper|epicgameslauncher|epicwebhelper|galaxyclient|galaxyclient helper)$/,
  /^(battle\.net|eadesktop|ealauncher|upc|ubisoftconnect|riotclient.*|lutris|heroic|xboxpcapp)$/,
  // Overlays, chats, wallpapers
  /^(nvidia (overlay|share|app)|nvcontainer|discord|slack|spotify|teams|ms-teams)$/,
  /^(wallpaper(32|64)|livelywpf|lively)$/,
  // Our own window
  /^offpeak$/,
];

/** Whether a program of this name is on the card only to draw what the owner sees; `name` as the system gives it. */
export function isDesktop(name: string): boolean {
  const plain = name.toLowerCase().replace(/\.exe$/, '');
  return DESKTOP.some((pattern) => pattern.test(plain));
}
