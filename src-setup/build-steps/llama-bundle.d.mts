import type { Plugin } from 'vite';

export function llamaInOneFile(): Plugin;
