export function hasCandidate(policy: string, name: string): boolean;
