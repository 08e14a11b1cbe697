import type { LaneId, TelemetryEvent } from '../../src-shared/gpu.ts';
import type { Said } from '../../src-shared/said.ts';
import { type Millis, seconds, type Watts } from '../../src-shared/units.ts';
import type { GpuWatch } from './telemetry.ts';

/** Longer than a driver call takes. What is not back by then is in the journal, and goes back at the next start. */
const PATIENCE = seconds(2);

/** What is told of a power limit; an event of the agent but for its time. */
type PowerNews = {
  readonly kind: 'power-limited';
  readonly lane: LaneId;
  readonly trouble: Said | null;
};

/** The cards' power limits while they work for us: set, and put back. */
export type PowerLimits = {
  readonly set: (lane: LaneId, limit: Watts | null) => void;
  /** What the probe answers. */
  readonly hear: (answer: Extract<TelemetryEvent, { kind: 'power-limited' }>) => void;
  /** Puts everything back; resolves when it is, or when waiting longer makes no sense. Nothing is set afterwards. */
  readonly close: () => Promise<void>;
};

export function openPowerLimits({
  telemetry,
  report,
  patience = PATIENCE,
}: {
  readonly telemetry: GpuWatch;
  readonly report: (news: PowerNews) => void;
  readonly patience?: Millis;
}): PowerLimits {
  /** Lanes that we asked to limit, and those of them that are being put back. */
  const limited = new Set<LaneId>();
  const leaving = new Set<LaneId>();
  let closed = false;
  let resolve = () => {};

  function set(lane: LaneId, limit: Watts | null): void {
    if (limit === null ? !limited.has(lane) : closed) return;
    if (limit === null) leaving.add(lane);
    else {
      leaving.delete(lane);
      limited.add(lane);
    }
    telemetry.limitPower(lane, limit);
  }

  return {
    set,
    hear({ lane, trouble }) {
      // With trouble too: the probe tries on by itself, and after it the journal does.
      if (leaving.delete(lane)) limited.delete(lane);
      report({ kind: 'power-limited', lane, trouble });
      if (limited.size === 0) resolve();
    },
    close() {
      closed = true;
      if (limited.size === 0) return Promise.resolve();
      return new Promise((over) => {
        const timer = setTimeout(over, patience);
        resolve = () => {
          clearTimeout(timer);
          over();
        };
        for (const lane of limited) if (!leaving.has(lane)) set(lane, null);
      });
    },
  };
}
