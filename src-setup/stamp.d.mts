export function contentStamp(root: string, places: readonly string[]): string;
export function readStamp(file: string): string | null;
