import type { Gpu } from '../../src-shared/gpu.ts';
import type { JobKind } from '../../src-shared/job-kind.ts';
import type { LaneAdvert } from '../../src-shared/network-protocol.ts';
import { type Said, said } from '../../src-shared/said.ts';
import { type CardLimits, cardSettings, type Settings } from '../../src-shared/settings.ts';
import { type Bytes, bytes, minutes } from '../../src-shared/units.ts';
import { reserveFor } from '../policy/other-programs.ts';
import { costOf, drawOf, priceAt, sharedCards } from '../policy/tariff.ts';
import type { Event } from './event.ts';
import type { Accepted, Lane } from './lane.ts';
import { isNotToMeasure } from './measuring.ts';
import { isSkipped } from './skip.ts';
import type { Agent } from './state.ts';

type Offered = Extract<Event, { kind: 'offered' }>;

/**
 * A job must leave twice the memory free that others must always find: the driver takes some for the job that no job knows
 * of, and a job that fits exactly is evicted as soon as a window opens.
 */
const ROOM = 2;

/** A disk that is full is seldom less full soon; a job that needs it would come back at once, and again. */
const NO_ROOM_FOR = minutes(10);

/** How much memory of a card jobs may ask for: all of it, or what its owner allows. */
export const sharedMemory = (settings: Settings, { lane, vramTotal }: Gpu): Bytes =>
  bytes(Math.min(vramTotal, cardSettings(settings, lane).vramMax ?? vramTotal));

/** The largest model that is fetched for a job of this lane: what the owner gives, or less where the disk was full just now. */
export const largestModel = (
  { settings: { modelDisk }, now }: Pick<Agent, 'settings' | 'now'>,
  { noRoom }: Pick<Lane, 'noRoom'>,
): Bytes =>
  noRoom && Math.abs(now - noRoom.at) < NO_ROOM_FOR
    ? bytes(Math.min(modelDisk, noRoom.size - 1))
    : modelDisk;

/**
 * The kinds of jobs a card is for, of those that the owner takes. PTX and models are refused here unless the owner trusts the
 * network's publishers, for neither a card nor llama.cpp minds every bound. Models only where they run, and beside no other
 * card, which llama.cpp would take as well.
 */
export function kindsFor(
  { trusted, models, lanes, settings }: Pick<Agent, 'trusted' | 'models' | 'lanes' | 'settings'>,
  { backend }: Gpu,
): JobKind[] {
  const kernels: JobKind[] = trusted || backend !== 'cuda' ? ['kernel'] : [];
  const able: JobKind[] =
    trusted && models && lanes.length === 1 ? [...kernels, 'llm', 'embed'] : kernels;
  return able.filter((kind) => settings.kinds[kind]);
}

/** Why no kernel would run, whoever asks for it; null where one would. */
export function noKernels({ builtInNetwork, kinds }: Settings): Said | null {
  if (!builtInNetwork) return said('noNetworkOn');
  return kinds.kernel ? null : said('noKernelsTaken');
}

/** Whether such a job is done here: an offer says whether a model is run, not yet what is asked of it. */
const isDone = (kinds: readonly JobKind[], model: Offered['model']): boolean =>
  model ? kinds.includes('llm') || kinds.includes('embed') : kinds.includes('kernel');

type Told = Exclude<keyof LaneAdvert, 'measured'>;
type Advert = { readonly [Field in Told]-?: Exclude<LaneAdvert[Field], undefined> };

/** What the network is told of a lane, but for what was measured. */
export function advertOf(agent: Agent, lane: Lane): Advert {
  const { gpu, doing } = lane;
  const kinds = kindsFor(agent, gpu);
  return {
    lane: gpu.lane,
    backend: gpu.backend,
    software: gpu.software,
    vram: sharedMemory(agent.settings, gpu),
    largestModel: largestModel(agent, lane),
    ready: doing.kind === 'seeking' && kinds.length > 0,
    kinds,
  };
}

/** Field by field: nothing is written out to be compared, for this is asked after every event. */
const isAlike: { readonly [Field in keyof Advert]: (a: Advert, b: Advert) => boolean } = {
  lane: (a, b) => a.lane === b.lane,
  backend: (a, b) => a.backend === b.backend,
  software: (a, b) => a.software === b.software,
  vram: (a, b) => a.vram === b.vram,
  ready: (a, b) => a.ready === b.ready,
  largestModel: (a, b) => a.largestModel === b.largestModel,
  kinds: (a, b) =>
    a.kinds.length === b.kinds.length && a.kinds.every((kind, place) => kind === b.kinds[place]),
};
const everyField = Object.values(isAlike);

/** Whether the network is to be told the same of all lanes: what they are for, and which of them want work. */
export const isAdvertisedAlike = (before: Agent, after: Agent): boolean =>
  before.lanes.length === after.lanes.length &&
  after.lanes.every((lane, place) => {
    const known = before.lanes[place];
    if (!known) return false;
    const [old, fresh] = [advertOf(before, known), advertOf(after, lane)];
    return everyField.every((alike) => alike(old, fresh));
  });

/** What we say yes to, where the lane wants work, the job fits and is worth its electricity; else why not. */
export function answerTo(
  agent: Agent,
  lane: Lane | undefined,
  offered: Offered,
): Accepted | string {
  if (isNotToMeasure(agent, offered)) return 'it is to measure another card';
  if (!lane) return 'no such lane';
  if (lane.doing.kind !== 'seeking' || lane.doing.accepted) return 'busy';
  const { offer, pay, vram, model } = offered;
  if (isSkipped(agent, offered.job)) return 'the owner skipped this job';
  if (pay.test !== agent.paysTest) return 'the pay is not what this network pays';
  if (!isDone(kindsFor(agent, lane.gpu), model)) return 'such jobs are not done here';
  if (model && model.size > agent.settings.modelDisk)
    return 'its model takes more disk than the owner gives to models';
  // One that is here, so that its memory is known, takes no room any more.
  if (model && model.memory === null && model.size > largestModel(agent, lane))
    return 'the disk had no room for such a model a few minutes ago';
  // A job may ask for less than its model takes.
  const memory = bytes(Math.max(vram, model?.memory ?? 0));
  return (
    tooLarge(lane, memory, cardSettings(agent.settings, lane.gpu.lane)) ??
    tooCheap(agent, lane, offered) ?? { offer, at: agent.now, pay, vram }
  );
}

function tooLarge({ gpu, reading }: Lane, vram: number, { vramMax }: CardLimits): string | null {
  if (vramMax !== null && vram > vramMax)
    return 'the owner does not allow jobs this much memory on the card';
  const free = gpu.vramTotal - (reading?.memoryUsed ?? 0);
  // The software lane has the machine's memory, which is not measured.
  return gpu.software || vram <= free - ROOM * reserveFor(gpu.vramTotal)
    ? null
    : 'not enough free memory on the card';
}

/** Test credits are worth nothing, so no price is too low for them. */
function tooCheap(
  { settings, now, lanes }: Agent,
  { gpu, reading }: Lane,
  job: Offered,
): string | null {
  if (job.pay.test || !settings.pauseWhenDear) return null;
  const draw = drawOf(settings, gpu, reading, sharedCards(settings, lanes));
  const cost = costOf(priceAt(settings, now), draw, job.takes);
  return job.pay.amount < cost ? 'the job pays less than its electricity costs' : null;
}

/** Whether the job that came is the one we said yes to, on its terms. */
export const isAsOffered = (
  accepted: Accepted,
  { offer, job }: Extract<Event, { kind: 'assigned' }>,
): boolean =>
  accepted.offer === offer &&
  accepted.pay.amount === job.pay.amount &&
  accepted.pay.test === job.pay.test &&
  job.needs.vram <= accepted.vram;
