import koffi from 'koffi';
import { type Millis, minutes } from '../../../src-shared/units.ts';
import { DWORD, POINTER, systemDll } from '../../win32/binding.ts';
import { askAgain } from '../bus/asked-again.ts';

/** The owner may mark another network as metered at any time; nobody downloads much in a minute. */
const ASK_EVERY: Millis = minutes(1);

/** Names and numbers are from netlistmgr.h. */
const NETWORK_LIST_MANAGER = guid('DCB00C01-570F-4A9B-8D69-199FDBA5723B');
const NETWORK_COST_MANAGER = guid('DCB00008-570F-4A9B-8D69-199FDBA5723B');
const CLSCTX_ALL = 0x17;
/** INetworkCostManager's own first method, after the three that every interface has. */
const GET_COST = 3;
/** NLM_CONNECTION_COST_FIXED: up to a limit, which is what "set as metered connection" means. */
const FIXED = 0x2;
/** NLM_CONNECTION_COST_VARIABLE: by the byte. */
const VARIABLE = 0x4;
const OVER_DATA_LIMIT = 0x1_0000;
const ROAMING = 0x4_0000;

/** Whether an NLM_CONNECTION_COST means that what goes over the network is paid for by its size. */
export const isMeteredCost = (cost: number): boolean =>
  (cost & (FIXED | VARIABLE | OVER_DATA_LIMIT | ROAMING)) !== 0;

/** As Windows 8 and later tell it for the whole machine. False where it does not say, as on other systems. */
export function watchMeteredWindows(signal: AbortSignal): () => boolean {
  const askCost = openCostManager();
  if (askCost === null) return () => false;
  const cost = askAgain({ ask: askCost, every: () => ASK_EVERY, signal });
  return () => isMeteredCost(cost() ?? 0);
}

type AsyncCall = { readonly async: (...words: readonly unknown[]) => void };

/**
 * The cost of the network by COM; null where this Windows has no such thing. The calls are made on other threads, because
 * a service answers them; "MTA" is what lets any thread make them.
 */
export function openCostManager(): (() => Promise<number | null>) | null {
  const ole = systemDll('ole32.dll');
  if (ole === null) return null;
  const letAnyThread = ole.func('CoIncrementMTAUsage', 'int32_t', [POINTER]);
  const create: AsyncCall = ole.func('CoCreateInstance', 'int32_t', [
    POINTER,
    POINTER,
    DWORD,
    POINTER,
    POINTER,
  ]);
  const method = koffi.proto('int32_t', ['intptr_t', POINTER, POINTER]);
  // Kept until we end: a thread that comes later needs it too.
  const failed = (result: unknown) => typeof result !== 'number' || result < 0;
  if (failed(letAnyThread(Buffer.alloc(8)))) return null;
  let manager: { readonly self: bigint; readonly getCost: AsyncCall } | null = null;

  const find = async () => {
    const made = Buffer.alloc(8);
    const words = [NETWORK_LIST_MANAGER, null, CLSCTX_ALL, NETWORK_COST_MANAGER, made];
    if (failed(await onThread(create, words))) return null;
    const self = made.readBigUInt64LE();
    const methods: bigint | number = koffi.decode(self, 'uint64_t');
    const getCost: AsyncCall = koffi.decode(
      koffi.decode(methods, GET_COST * 8, 'uint64_t'),
      method,
    );
    return { self, getCost };
  };
  return async () => {
    // Its service may start later than we do.
    manager ??= await find();
    if (manager === null) return null;
    const cost = Buffer.alloc(4);
    const result = await onThread(manager.getCost, [manager.self, cost, null]);
    return failed(result) ? null : cost.readUInt32LE();
  };
}

const onThread = (call: AsyncCall, words: readonly unknown[]): Promise<unknown> =>
  new Promise((resolve, reject) => {
    call.async(...words, (error: unknown, result: unknown) =>
      error ? reject(error) : resolve(result),
    );
  });

/** As it lies in memory: the first three parts are numbers, lowest byte first. */
function guid(text: string): Buffer {
  const bytes = Buffer.from(text.replaceAll('-', ''), 'hex');
  for (const [from, to] of [
    [0, 4],
    [4, 6],
    [6, 8],
  ])
    bytes.subarray(from, to).reverse();
  return bytes;
}
