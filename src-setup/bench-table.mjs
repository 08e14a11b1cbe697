/** @typedef {{ p50: number, p99: number, n: number }} Spread */

/**
 * The figures as a person reads them.
 * @param {{ start_ms: number, empty_start_ms: number, start_ratio: number, first_paint_ms: number,
 *   empty_first_paint_ms: number, noop_job_ms: Spread, game_to_gone_ms: Spread }} figures
 */
export function readable(figures) {
  const ratio = `${figures.start_ratio} times an empty Electron app`;
  const lines = [
    ['Start to tray icon', `${figures.start_ms} ms`, `empty ${figures.empty_start_ms} ms`],
    [
      'Start to first paint',
      `${figures.first_paint_ms} ms`,
      `empty ${figures.empty_first_paint_ms} ms`,
    ],
    ['Empty job, offer to receipt', ...spread(figures.noop_job_ms)],
    ['Game starts to runner gone', ...spread(figures.game_to_gone_ms)],
  ];
  const table = lines.map(
    ([name, first, second]) => `${name.padEnd(30)}${first.padEnd(18)}${second}`,
  );
  return [...table, `To the tray icon in ${ratio}.`].join('\n');
}

/** @param {Spread} figures */
const spread = ({ p50, p99, n }) => [`median ${p50} ms`, `99 % within ${p99} ms (n = ${n})`];
