const POPOVER = { name: 'tray', width: 360, height: 480 };
/** Home is shown in every state; pages that look much the same in most are shown in these. */
const TELLING = ['fresh', 'earningMoney', 'earningTest', 'twoGpus', 'limited', 'payCurve'];
/** What the popover has of its own to say. */
const POPPED = [
  'earningMoney',
  'earningTest',
  'game',
  'hot',
  'off',
  'waiting',
  'gpuLost',
  'twoGpus',
  'offline',
];
const FIRST_RUN = /^firstRun/;
/** Ranges of the chart have a state each. */
const RANGES = /^last/;

/**
 * Every stop: which state, which place (the picture's name), how to get there, and its one size where it has one.
 * @param {readonly string[]} states
 * @param {(name: string, language: string) => string} named what is called so in English, in another language
 */
export function tour(states, named) {
  const goTo =
    (...steps) =>
    async (page, language) => {
      await page.locator('main').waitFor();
      for (const [role, name] of steps)
        await page.getByRole(role, { name: named(name, language), exact: true }).click();
      // The chart comes a moment after its page.
      await page.locator('.chart-place').first().waitFor({ state: 'detached' });
    };
  const there = (wanted) => wanted.filter((state) => states.includes(state));
  const openJob = async (page, language) => {
    await goTo(['button', 'Jobs'])(page, language);
    await page.locator('.run-name').nth(2).click();
  };
  const pages = [
    ['earnings', goTo(['button', 'Earnings'])],
    ['jobs', goTo(['button', 'Jobs'])],
    ['limits-gpu', goTo(['button', 'Limits'])],
    ['limits-when', goTo(['button', 'Limits'], ['tab', 'When to share'])],
    ['limits-games', goTo(['button', 'Limits'], ['tab', 'Games'])],
    ['networks', goTo(['button', 'Networks'])],
    ['settings', goTo(['button', 'Settings'])],
  ];
  const steps = [
    ['onboarding-2', goTo(['button', 'Continue'])],
    ['onboarding-3', goTo(['button', 'Continue'], ['button', 'Continue'])],
  ];
  return [
    ...states
      .filter((state) => !FIRST_RUN.test(state))
      .map((state) => ({ state, place: 'home', open: goTo() })),
    ...pages.flatMap(([place, open]) => there(TELLING).map((state) => ({ state, place, open }))),
    ...states
      .filter((state) => RANGES.test(state))
      .map((state) => ({ state, place: 'earnings', open: goTo(['button', 'Earnings']) })),
    ...there(['earningMoney', 'earningTest']).map((state) => ({
      state,
      place: 'job',
      open: openJob,
    })),
    ...states
      .filter((state) => FIRST_RUN.test(state))
      .map((state) => ({ state, place: 'onboarding', open: goTo() })),
    ...there(['firstRunMeasured']).flatMap((state) =>
      steps.map(([place, open]) => ({ state, place, open })),
    ),
    ...there(POPPED).map((state) => ({ state, place: 'popover', size: POPOVER, open: goTo() })),
  ];
}
