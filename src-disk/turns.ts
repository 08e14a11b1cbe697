/**
 * What is done under one name is done one after another, in the order it was asked for; under different names at the same
 * time. A turn that fails ends like any other: its error is its caller's.
 */
export function openTurns() {
  const last = new Map<string, Promise<void>>();
  return async <T>(name: string, work: () => Promise<T>): Promise<T> => {
    const mine = (last.get(name) ?? Promise.resolve()).then(work);
    const over = mine.then(
      () => {},
      () => {},
    );
    last.set(name, over);
    try {
      return await mine;
    } finally {
      // Nobody came after: names must not add up.
      if (last.get(name) === over) last.delete(name);
    }
  };
}
