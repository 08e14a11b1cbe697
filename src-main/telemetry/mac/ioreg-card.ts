/** A graphics chip of Apple as macOS registers it. */
export type IoregCard = {
  /** `Apple M1 Pro`. */
  readonly model: string;
  /** 0 to 1; null where the driver does not say. */
  readonly load: number | null;
  /** Memory of the computer that is in use by it, in bytes. */
  readonly memoryUsed: number | null;
};

/** What begins an entry of the registry: `+-o AGXAcceleratorG13X  <class AGXAcceleratorG13X, id 0x10000048f, ...>`. */
const ENTRY = /^[|\s]*\+-o /m;
/** Apple's own chips; other accelerators of a Mac are those of its Intel days. */
const APPLE = /<class AGXAccelerator/;

/**
 * Reads what `ioreg -r -d 1 -w 0 -c IOAccelerator` prints: a list of entries with one property a line. Apple does not
 * write down what is in there; what is missing is unknown.
 */
export function parseIoreg(text: string): IoregCard[] {
  return text
    .split(ENTRY)
    .filter((entry) => APPLE.test(entry.split('\n', 1)[0] ?? ''))
    .map((entry) => {
      const statistics = /"PerformanceStatistics" = \{([^}]*)\}/.exec(entry)?.[1] ?? '';
      const busy = numberOf(statistics, 'Device Utilization %');
      return {
        model: /"model" = "([^"]+)"/.exec(entry)?.[1]?.trim() || 'Apple GPU',
        load: busy === null ? null : Math.min(busy / 100, 1),
        memoryUsed: numberOf(statistics, 'In use system memory'),
      };
    });
}

function numberOf(statistics: string, key: string): number | null {
  const start = statistics.indexOf(`"${key}"=`);
  const digits = /^\d{1,15}(?=,|$)/.exec(start < 0 ? '' : statistics.slice(start + key.length + 3));
  return digits === null ? null : Number(digits[0]);
}
