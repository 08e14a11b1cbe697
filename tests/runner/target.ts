/** What a captive may try to get at. All of it is real. */
export type Target = {
  /** A folder with a file `id_ed25519` in it. */
  readonly home: string;
  /** Of a TCP server on this machine. */
  readonly port: number;
  /** The path of a local socket that somebody listens on. */
  readonly service: string;
  /** The process that started the captive. */
  readonly parent: number;
};
