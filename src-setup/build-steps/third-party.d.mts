import type { Plugin } from 'vite';

export type Notice = {
  readonly name: string;
  readonly version: string;
  readonly licence: string;
  readonly text: string;
};

export function packagesTaken(folders: Set<string>): Plugin;
export function packageFolder(id: string): string | null;
export function packagesShippedWhole(root?: string): Set<string>;
export function noticesOf(folders: Iterable<string>): Notice[];
export function troubleOf(all: readonly Notice[]): string[];
export function writeNotices(folder: string, all: readonly Notice[]): void;
