/** Who uses which model: one that is in use must stay on the disk. */
export function openModelsInUse() {
  const uses = new Map<string, number>();
  return {
    /** One more uses it, until the answer is called; calling that again changes nothing. */
    hold(sha256: string): () => void {
      uses.set(sha256, (uses.get(sha256) ?? 0) + 1);
      let held = true;
      return () => {
        if (!held) return;
        held = false;
        const left = (uses.get(sha256) ?? 1) - 1;
        if (left > 0) uses.set(sha256, left);
        else uses.delete(sha256);
      };
    },
    has: (sha256: string): boolean => uses.has(sha256),
    all: (): ReadonlySet<string> => new Set(uses.keys()),
  };
}
