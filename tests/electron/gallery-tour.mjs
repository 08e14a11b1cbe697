/** What the navigation and the tabs are called. */
const NAMES = {
  en: {
    earnings: 'Earnings',
    jobs: 'Jobs',
    limits: 'Limits',
    networks: 'Networks',
    settings: 'Settings',
    when: 'When to share',
    games: 'Games',
  },
  de: {
    earnings: 'Einnahmen',
    jobs: 'Aufträge',
    limits: 'Grenzwerte',
    networks: 'Netzwerke',
    settings: 'Einstellungen',
    when: 'Wann teilen',
    games: 'Spiele',
  },
};

const POPOVER = { name: 'tray', width: 360, height: 480 };
/** Home is shown in every state; pages that look much the same in most are shown in these. */
const TELLING = ['fresh', 'earningMoney', 'earningTest', 'twoGpus'];
const HOME_ONLY = /^(?:welcome|popover)/;

const goTo =
  (...steps) =>
  async (page, language) => {
    await page.locator('main').waitFor();
    for (const [role, name] of steps)
      await page.getByRole(role, { name: NAMES[language][name], exact: true }).click();
  };

/**
 * Every stop: which state, which place (the picture's name), how to get there, and its one size where it has one.
 * @param {readonly string[]} states
 */
export function tour(states) {
  const told = TELLING.filter((state) => states.includes(state));
  const pages = [
    ['earnings', goTo(['button', 'earnings'])],
    ['jobs', goTo(['button', 'jobs'])],
    ['limits-gpu', goTo(['button', 'limits'])],
    ['limits-when', goTo(['button', 'limits'], ['tab', 'when'])],
    ['limits-games', goTo(['button', 'limits'], ['tab', 'games'])],
    ['networks', goTo(['button', 'networks'])],
    ['settings', goTo(['button', 'settings'])],
  ];
  return [
    ...states
      .filter((state) => !HOME_ONLY.test(state))
      .map((state) => ({ state, place: 'home', open: goTo() })),
    ...pages.flatMap(([place, open]) => told.map((state) => ({ state, place, open }))),
    ...states.map((state) => ({ state, place: 'popover', size: POPOVER, open: goTo() })),
  ];
}
