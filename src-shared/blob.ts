import { z } from 'zod';
import { bytes } from './units.ts';

/** 64 lower-case hex digits: the only name a blob ever has, so a name can hold no path. */
export const Sha256 = z
  .string()
  .regex(/^[0-9a-f]{64}$/, 'a SHA-256 is 64 lower-case hex digits')
  .brand<'Sha256'>();
export type Sha256 = z.infer<typeof Sha256>;

/** The largest blob a kernel job may name. Model weights travel another way. */
export const MAX_BLOB = 256 * 1024 * 1024;

/** Bytes named by their digest. */
export const Blob = z.object({
  sha256: Sha256,
  size: z.int().min(0).max(MAX_BLOB).transform(bytes),
});
export type Blob = Readonly<z.infer<typeof Blob>>;

/** A blob that holds the contents of a buffer of a job. */
export const NamedBlob = z.object({ name: z.string().min(1).max(64), ...Blob.shape });
export type NamedBlob = Readonly<z.infer<typeof NamedBlob>>;
