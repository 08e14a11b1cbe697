export function followApp(
  command: string,
  words: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<number>;
