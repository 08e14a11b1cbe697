/** @typedef {{ p50: number, p99: number, n: number }} Spread */
/** @typedef {Spread & { max: number }} Reach */

/** The figures of each benchmark as a person reads them. */
export const readable = { thread, pause, senses, runner, window };

/**
 * @param {{ start_ms: number, empty_start_ms: number, start_ratio: number, first_paint_ms: number,
 *   empty_first_paint_ms: number, noop_job_ms: Spread, game_to_gone_ms: Spread }} figures
 */
function thread(figures) {
  return [
    table([
      ['Start to tray icon', `${figures.start_ms} ms`, `empty ${figures.empty_start_ms} ms`],
      [
        'Start to first paint',
        `${figures.first_paint_ms} ms`,
        `empty ${figures.empty_first_paint_ms} ms`,
      ],
      ['Empty job, offer to receipt', ...spread(figures.noop_job_ms)],
      ['Game starts to runner gone', ...spread(figures.game_to_gone_ms)],
    ]),
    `To the tray icon in ${figures.start_ratio} times an empty Electron app.`,
  ].join('\n');
}

/**
 * @param {{ decision_ms: Reach, runner_gone_ms: Reach, memory_free_ms: Reach,
 *   boinc_notice_ms: { p50: number, n: number } | null, ratio_vs_boinc: number | null }} figures
 */
function pause({ decision_ms, runner_gone_ms, memory_free_ms, boinc_notice_ms, ratio_vs_boinc }) {
  const boinc =
    boinc_notice_ms === null
      ? ['not installed', '']
      : [`median ${boinc_notice_ms.p50} ms`, `(n = ${boinc_notice_ms.n})`];
  const lines = table([
    ['Game starts to decision', ...furthest(decision_ms)],
    ['Game starts to runner gone', ...furthest(runner_gone_ms)],
    ['Game starts to memory free', ...furthest(memory_free_ms)],
    ['BOINC notices the same', ...boinc],
  ]);
  return ratio_vs_boinc === null
    ? lines
    : `${lines}\nDecides ${ratio_vs_boinc} times faster than BOINC notices.`;
}

/**
 * @param {{ sample_cpu_ms: number, si_graphics_cpu_ms: number, sample_ratio: number, watch_cpu_ms: number,
 *   ps_list_cpu_ms: number, watch_ratio: number, agent_cpu_percent: number, empty_cpu_percent: number,
 *   agent_pss_mb: number, empty_pss_mb: number }} figures
 */
function senses(figures) {
  return table([
    [
      'Reading of two cards',
      `${figures.sample_cpu_ms} ms of CPU`,
      `systeminformation ${figures.si_graphics_cpu_ms} ms, ${figures.sample_ratio} times as much`,
    ],
    [
      'Watching 400 programs, 1 s',
      `${figures.watch_cpu_ms} ms of CPU`,
      `one ps-list ${figures.ps_list_cpu_ms} ms, ${figures.watch_ratio} times as much`,
    ],
    [
      'In the tray, of one core',
      `${figures.agent_cpu_percent} %`,
      `empty app ${figures.empty_cpu_percent} %`,
    ],
    ['In the tray, memory', `${figures.agent_pss_mb} MiB`, `empty app ${figures.empty_pss_mb} MiB`],
  ]);
}

/**
 * @param {{ launch_us: number, noop_job_ms: Spread, copy_ratio: number, llm_ratio: number,
 *   llm_cpu_ratio: number | null, checkpoint_ms_per_100mb: number, evict_ms: Spread,
 *   steps: readonly { step_ms: number, wall_ms: number, cpu: number }[] }} figures
 */
function runner(figures) {
  const { launch_us, copy_ratio, llm_ratio, llm_cpu_ratio, checkpoint_ms_per_100mb } = figures;
  return table([
    ['One launch', `${launch_us} µs`],
    ['Empty job, offer to receipt', ...spread(figures.noop_job_ms)],
    ['Copies, of plain memory’s', `${copy_ratio}`],
    [
      'Tokens, of llama.cpp alone',
      `${llm_ratio}`,
      llm_cpu_ratio === null ? '' : `in processor time ${llm_cpu_ratio}`,
    ],
    ['100 MB more to save', `${checkpoint_ms_per_100mb} ms`],
    ['Kill to memory free', ...spread(figures.evict_ms)],
    ...figures.steps.map(({ step_ms, wall_ms, cpu }) => [
      `Step of ${step_ms} ms`,
      `${wall_ms} ms`,
      `${Math.round(cpu * 100)} % of a core`,
    ]),
  ]);
}

/** @param {readonly (readonly string[])[]} lines */
const table = (lines) =>
  lines
    .map(([name = '', first = '', second = '']) =>
      `${name.padEnd(30)}${first.padEnd(18)}${second}`.trimEnd(),
    )
    .join('\n');

/** @param {Spread} figures */
const spread = ({ p50, p99, n }) => [`median ${p50} ms`, `99 % within ${p99} ms (n = ${n})`];

/** @param {Reach} figures */
const furthest = ({ p50, p99, max, n }) => [
  `median ${p50} ms`,
  `99 % within ${p99} ms, all within ${max} ms (n = ${n})`,
];

/**
 * @param {{ samples: number, first_paint_ms: number, empty_first_paint_ms: number, first_paint_ratio: number,
 *   table_ms: number, chart_ms: number, range_switch_ms: number, home_cpu_percent: number, ticking_cpu_percent: number,
 *   home_ratio: number, window_pss_mb: number, empty_window_pss_mb: number }} figures
 */
function window(figures) {
  return table([
    [
      `Earnings over ${figures.samples} samples, first paint`,
      `${figures.first_paint_ms} ms`,
      `empty page ${figures.empty_first_paint_ms} ms, ratio ${figures.first_paint_ratio}`,
    ],
    ['... its table, its chart', `${figures.table_ms} ms`, `${figures.chart_ms} ms`],
    ['Another period', `${figures.range_switch_ms} ms`, ''],
    [
      'Home, of one core',
      `${figures.home_cpu_percent} %`,
      `${figures.ticking_cpu_percent} % (one number a second)`,
    ],
    [
      'Memory of the window',
      `${figures.window_pss_mb} MiB`,
      `empty page ${figures.empty_window_pss_mb} MiB`,
    ],
  ]);
}
