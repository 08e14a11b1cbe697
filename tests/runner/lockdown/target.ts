import { z } from 'zod';

/** What a captive may try to get at. All of it is real. */
export const Target = z.object({
  /** A folder with a file `id_ed25519` in it. */
  home: z.string(),
  /** Of a TCP server on this machine. */
  port: z.int(),
  /** The path of a local socket that somebody listens on. */
  service: z.string(),
  /** The process that started the captive. */
  parent: z.int(),
});
export type Target = Readonly<z.infer<typeof Target>>;
