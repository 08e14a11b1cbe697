import type {
  Kmt,
  KmtAdapter,
  KmtQuestion,
} from '../../../src-main/telemetry/windows/kmt-binding.ts';
import { KMT } from '../../../src-main/telemetry/windows/kmt-binding.ts';

export type FakeAdapter = {
  readonly luid: readonly [number, number];
  readonly name?: string;
  /** Bus, device, function. */
  readonly at?: readonly [number, number, number];
  readonly vendor?: number;
  readonly device?: number;
  readonly gibibytes?: number;
  readonly software?: boolean;
  /** Left out: its driver has no answer. */
  readonly measures?: {
    readonly deciCelsius: number;
    readonly turns: number;
    readonly mostTurns: number;
    readonly memoryHertz: bigint;
  };
  gone?: boolean;
};

/** The graphics kernel of a Windows machine with these adapters, at its own interface: answers are bytes, as in d3dkmthk.h. */
export const fakeKmt = (adapters: readonly FakeAdapter[]): Kmt => ({
  adapters: adapters.map(
    (fake): KmtAdapter => ({
      luid: fake.luid,
      ask: (type, into) => !fake.gone && answer(fake, type, into),
    }),
  ),
  close: () => undefined,
});

function answer(fake: FakeAdapter, type: KmtQuestion, into: Buffer): boolean {
  const { measures } = fake;
  switch (type) {
    case KMT.adapterType:
      into.writeUInt32LE(fake.software ? 0x7 : 0x3);
      return true;
    case KMT.address:
      for (const [n, part] of (fake.at ?? [0xffff_ffff, 0xffff_ffff, 0xffff_ffff]).entries())
        into.writeUInt32LE(part, n * 4);
      return true;
    case KMT.deviceIds:
      into.writeUInt32LE(fake.vendor ?? 0x1414, 4);
      into.writeUInt32LE(fake.device ?? 0x8c, 8);
      return true;
    case KMT.registryInfo:
      into.write(`${fake.name ?? ''}\0`, 'utf16le');
      return true;
    case KMT.segmentSize:
      into.writeBigUInt64LE(BigInt(Math.round((fake.gibibytes ?? 0) * 1024 ** 3)));
      return true;
    case KMT.performanceCaps:
      if (!measures || into.length !== 40) return false;
      into.writeUInt32LE(measures.mostTurns, 24);
      return true;
    case KMT.performance:
      if (!measures || into.length !== 64) return false;
      into.writeBigUInt64LE(measures.memoryHertz, 8);
      into.writeUInt32LE(measures.turns, 48);
      into.writeUInt32LE(measures.deciCelsius, 56);
      return true;
  }
}
