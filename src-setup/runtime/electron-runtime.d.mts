export type ElectronRuntime = {
  readonly executable: string;
  readonly version: string;
  /** True for the old stand-in, which is for tests and trial runs only. */
  readonly trial: boolean;
  /** Makes (once) and names a folder that electron-builder may take as electronDist. */
  readonly distForPackaging: () => Promise<string>;
};

export function electronRuntime(how?: {
  readonly say?: (line: string) => void;
}): Promise<ElectronRuntime>;

export function trialNotice(runtime: {
  readonly trial: boolean;
  readonly version: string;
}): string | null;
