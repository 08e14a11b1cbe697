type Entry = { readonly version?: string; readonly optional?: boolean };
type Tree = { readonly packages: Readonly<Record<string, Entry>> };

export function ensureDependencies(say: (line: string) => void): Promise<void>;
export function sameTree(
  wanted: Tree,
  installed: Tree,
  isThere: (path: string) => boolean,
): boolean;
