type Packages = Readonly<Record<string, readonly string[]>>;

export const packageOfLibrary: Packages;
export const packageOfProgram: Packages;
export function notFound(lddOutput: string): string[];
export function missingPrograms(path?: string): string[];
export function adviceFor(
  missing: readonly string[],
  choices: readonly (readonly string[])[],
  strangers: readonly string[],
): Promise<string>;
