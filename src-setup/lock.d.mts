export function withLock<T>(
  name: string,
  say: (line: string) => void,
  work: () => Promise<T>,
): Promise<T>;
