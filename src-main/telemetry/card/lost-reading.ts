import { type LaneId, type Reading, UNREAD } from '../../../src-shared/gpu.ts';

/** What is known about a card that does not answer. */
export const lostReading = (lane: LaneId): Reading => ({ lane, lost: true, ...UNREAD });
