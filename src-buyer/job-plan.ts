import { createHash, randomBytes } from 'node:crypto';
import { readFile, realpath } from 'node:fs/promises';
import { dirname, isAbsolute, join, relative, sep } from 'node:path';
import { z } from 'zod';
import { type Blob, MAX_BLOB, Sha256 } from '../src-shared/blob.ts';
import { Job, JobId } from '../src-shared/job.ts';
import {
  type FileOutput,
  JobFile,
  type KernelJobFile,
  type ModelJobFile,
} from '../src-shared/job-file.ts';
import { outputNames } from '../src-shared/outputs.ts';
import { bytes, hours } from '../src-shared/units.ts';
import { packInput } from './job-inputs.ts';

/** How long a job may wait for machines whose owners are away only at night. */
const JOB_LIFETIME = hours(24 * 7);
const U32 = 2 ** 32;

/** A job file, read: what to upload, what to submit, and what to make of the answers. */
export type JobPlan = Readonly<{
  kind: 'plan';
  array: JobId;
  title: string;
  /** In the order of the array. */
  jobs: readonly Job[];
  blobs: ReadonlyMap<Sha256, Uint8Array>;
  outputs: Readonly<Record<string, FileOutput>>;
}>;

/** One sentence that names the file and the field. */
export type BadJobFile = { readonly kind: 'bad-job-file'; readonly detail: string };

/** Thrown inside this file only, so that one catch turns it into a value. */
class Bad extends Error {}

type Files = {
  readonly folder: string;
  readonly blobs: Map<Sha256, Uint8Array>;
};

/** Reads a file of the job's own folder; a symbolic link that leads out of it is refused. */
async function readBeside({ folder }: Files, file: string, field: string): Promise<Uint8Array> {
  try {
    const path = await realpath(join(folder, file));
    const within = relative(folder, path);
    if (within.split(sep)[0] === '..' || isAbsolute(within))
      throw new Bad(`${field}: ${file} leads out of the folder of the job file`);
    return await readFile(path);
  } catch (error) {
    if (error instanceof Bad) throw error;
    const code = error instanceof Error && 'code' in error ? error.code : error;
    throw new Bad(
      `${field}: ${file} cannot be read (${code === 'ENOENT' ? 'no such file' : code})`,
    );
  }
}

function addBlob({ blobs }: Files, data: Uint8Array, field: string): Blob {
  if (data.byteLength > MAX_BLOB)
    throw new Bad(`${field}: ${data.byteLength} bytes; a blob holds at most ${MAX_BLOB}`);
  const sha256 = Sha256.parse(createHash('sha256').update(data).digest('hex'));
  blobs.set(sha256, data);
  return { sha256, size: bytes(data.byteLength) };
}

async function readBuffers(file: KernelJobFile, files: Files) {
  const buffers: Record<string, unknown> = {};
  for (const [name, buffer] of Object.entries(file.buffers)) {
    const field = `buffers.${name}`;
    if (!('input' in buffer)) {
      buffers[name] = { ...buffer, from: 'zeros' };
      continue;
    }
    const data = await readBeside(files, buffer.input.file, `${field}.input.file`);
    const packed = packInput(buffer.input, data);
    if (packed.kind === 'bad-input') throw new Bad(`${field}: ${packed.detail}`);
    const size = packed.data.byteLength;
    if (size === 0 || size % 4 !== 0)
      throw new Bad(
        `${field}: ${buffer.input.file} gives ${size} bytes; a buffer is whole words of 4`,
      );
    buffers[name] = { size, constant: buffer.constant, from: addBlob(files, packed.data, field) };
  }
  return buffers;
}

async function readPrograms(file: KernelJobFile, files: Files) {
  const programs: Partial<Record<'cuda' | 'webgpu', Blob>> = {};
  for (const backend of ['cuda', 'webgpu'] as const) {
    const program = file.programs[backend];
    if (!program) continue;
    const field = `programs.${backend}`;
    programs[backend] = addBlob(files, await readBeside(files, program, field), field);
  }
  return programs;
}

/** The stages of job number `index`: every index argument becomes the number it stands for. */
const stagesFor = (file: KernelJobFile, index: number) =>
  file.stages.map(({ count, launches }) => ({
    count,
    launches: launches.map((launch) => ({
      ...launch,
      args: launch.args.map((arg) => {
        if (arg.kind !== 'index') return arg;
        const value = BigInt(arg.plus) + BigInt(arg.times) * BigInt(index);
        return { kind: 'u32', value: Number(value % BigInt(U32)) };
      }),
    })),
  }));

async function kernelJobs(file: KernelJobFile, files: Files, array: JobId, deadline: number) {
  const programs = await readPrograms(file, files);
  const buffers = await readBuffers(file, files);
  return Array.from({ length: file.array }, (_, index) =>
    checked({
      id: file.array === 1 ? array : `${array}.${index}`,
      kind: file.kind,
      title: file.array === 1 ? file.title : `${file.title} (${index + 1} of ${file.array})`,
      spec: {
        programs,
        buffers,
        stages: stagesFor(file, index),
        outputs: Object.keys(file.outputs),
      },
      pay: { amount: file.pay, test: true },
      needs: file.needs,
      deadline,
    }),
  );
}

function modelJob({ outputs, pay, ...job }: ModelJobFile, id: JobId, deadline: number): Job {
  const made = checked({ ...job, id, pay: { amount: pay, test: true }, deadline });
  const stranger = Object.keys(outputs).find((name) => !outputNames(made).includes(name));
  if (stranger !== undefined)
    throw new Bad(`outputs.${stranger}: this job has only ${outputNames(made).join(', ')}`);
  return made;
}

function checked(value: unknown): Job {
  const job = Job.safeParse(value);
  if (!job.success) throw new Bad(z.prettifyError(job.error));
  return job.data;
}

async function jobsOf(file: JobFile, files: Files, array: JobId, deadline: number) {
  switch (file.kind) {
    case 'kernel':
      return kernelJobs(file, files, array, deadline);
    case 'llm':
    case 'embed':
      return [modelJob(file, array, deadline)];
  }
}

async function plan(file: JobFile, files: Files, array: JobId, now: number): Promise<JobPlan> {
  const jobs = await jobsOf(file, files, array, now + JOB_LIFETIME);
  const { title, outputs } = file;
  return { kind: 'plan', array, title, jobs, blobs: files.blobs, outputs };
}

/**
 * Reads a job file and every file it names. `array` names the array of jobs (random unless given, so that submitting
 * a file again is a new array); jobs of an array of more than one are called `array.0`, `array.1` and so on.
 */
export async function readJobFile(
  path: string,
  options: Readonly<{ array?: string; now?: number }> = {},
): Promise<JobPlan | BadJobFile> {
  const bad = (detail: string): BadJobFile => ({
    kind: 'bad-job-file',
    detail: `${path}: ${detail}`,
  });
  const array = JobId.safeParse(options.array ?? randomBytes(8).toString('hex'));
  if (!array.success) return bad(z.prettifyError(array.error));
  let text: string;
  let folder: string;
  try {
    text = await readFile(path, 'utf8');
    folder = await realpath(dirname(path));
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : error;
    return bad(`cannot be read (${code === 'ENOENT' ? 'no such file' : code})`);
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return bad(`is not JSON: ${error instanceof Error ? error.message : error}`);
  }
  const file = JobFile.safeParse(value);
  if (!file.success) return bad(z.prettifyError(file.error));
  try {
    const files = { folder, blobs: new Map<Sha256, Uint8Array>() };
    return await plan(file.data, files, array.data, options.now ?? Date.now());
  } catch (error) {
    if (error instanceof Bad) return bad(error.message);
    throw error;
  }
}
