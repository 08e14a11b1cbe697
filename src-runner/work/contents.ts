import type { Blob } from '../../src-shared/blob.ts';
import type { KernelJob } from '../../src-shared/job.ts';
import { stepCount } from '../../src-shared/kernel.ts';
import type { RunnerCommand } from '../../src-shared/runner-protocol.ts';
import { mebibytes } from '../../src-shared/units.ts';
import {
  type BufferContents,
  type Failure,
  failure,
  isFailure,
  type ProgramText,
} from './device.ts';

/** Programs are kilobytes of text; this bounds the time that reading and compiling one can take. */
const MAX_PROGRAM = mebibytes(4);

export type StartCommand = Extract<RunnerCommand, { kind: 'start' }>;

/** A start of a kernel job. */
export type KernelStart = StartCommand & { readonly job: KernelJob };

/** SHA-256 as 64 lower-case hex digits. Each host brings its own: a page has WebCrypto, Node its crypto module. */
export type Digest = (bytes: Uint8Array) => Promise<string>;

export type Unpacked = { readonly program: ProgramText; readonly contents: BufferContents };

/** Checks all bytes that came with a start command and lays out what each buffer holds at the first step to run. */
export async function unpack(start: KernelStart, sha256: Digest): Promise<Unpacked | Failure> {
  const { job, backend, resume } = start;
  const { spec } = job;
  const blob = spec.programs[backend];
  if (!blob) return failure('bad-spec', `the job has no ${backend} program`);

  if (blob.size > MAX_PROGRAM)
    return failure(
      'bad-program',
      `the ${backend} program has ${blob.size} bytes, the most is ${MAX_PROGRAM}`,
    );

  const verified = new Map<string, Uint8Array>();
  const take = async (wanted: Blob, what: string): Promise<Uint8Array | Failure> => {
    const known = verified.get(wanted.sha256);
    if (known) return known;
    const bytes = own(start.blobs, wanted.sha256);
    if (!bytes) return failure('missing-blob', `${what} is missing: blob ${wanted.sha256}`);
    if (bytes.length !== wanted.size)
      return failure(
        'missing-blob',
        `${what} should have ${wanted.size} bytes but ${bytes.length} came: blob ${wanted.sha256}`,
      );
    const digest = await sha256(bytes);
    if (digest !== wanted.sha256)
      return failure('missing-blob', `${what} should be blob ${wanted.sha256} but is ${digest}`);
    verified.set(wanted.sha256, bytes);
    return bytes;
  };

  const bytes = await take(blob, `the ${backend} program`);
  if (isFailure(bytes)) return bytes;
  const text = programText(bytes);
  if (text === null)
    return failure('bad-program', `the ${backend} program is not UTF-8 text without zero bytes`);

  if (resume && resume.step > stepCount(spec))
    return failure(
      'bad-spec',
      `the checkpoint is at step ${resume.step} but the job has ${stepCount(spec)} steps`,
    );
  const contents = new Map<string, Uint8Array | 'zeros'>();
  for (const [name, { size, from, constant }] of Object.entries(spec.buffers)) {
    const filled =
      resume && !constant
        ? resumed(resume.buffers, name, size)
        : from === 'zeros'
          ? from
          : await take(from, `buffer ${name}`);
    if (typeof filled === 'object' && isFailure(filled)) return filled;
    contents.set(name, filled);
  }
  return { program: { sha256: blob.sha256, text }, contents };
}

function resumed(
  buffers: Readonly<Record<string, Uint8Array>>,
  name: string,
  size: number,
): Uint8Array | Failure {
  const bytes = own(buffers, name);
  if (!bytes) return failure('missing-blob', `the checkpoint lacks buffer ${name}`);
  if (bytes.length !== size)
    return failure(
      'bad-spec',
      `buffer ${name} of the checkpoint has ${bytes.length} bytes, not ${size}`,
    );
  return bytes;
}

/** A zero byte would end the text early for the driver, which reads C strings, but not for our own checks. */
function programText(bytes: Uint8Array): string | null {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return text.includes('\0') ? null : text;
  } catch {
    return null;
  }
}

/** A name like `constructor` must not find what every object inherits. */
const own = (record: Readonly<Record<string, Uint8Array>>, key: string): Uint8Array | undefined =>
  Object.hasOwn(record, key) ? record[key] : undefined;
