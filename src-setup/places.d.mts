export const repository: string;
export const builtFolder: string;
export function usualCache(system: {
  readonly platform: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
}): string;
export function cacheFolder(): string;
