import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Said, said } from '../../src-shared/said.ts';

const codeOf = (error: unknown): unknown =>
  error instanceof Error && 'code' in error ? error.code : undefined;

function listenOn(server: Server, host: string, port: number): Promise<AddressInfo> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      const address = server.address();
      if (address === null || typeof address === 'string') reject(new Error('not a TCP server'));
      else resolve(address);
    });
  });
}

/** Listens on `port`, or on a free one where that is taken or not allowed, which `notice` then says. */
export async function listen(
  server: Server,
  host: string,
  port: number,
  notice: (what: Said) => void,
): Promise<number> {
  try {
    return (await listenOn(server, host, port)).port;
  } catch (error) {
    const code = codeOf(error);
    if (code !== 'EADDRINUSE' && code !== 'EACCES') throw error;
    const { port: free } = await listenOn(server, host, 0);
    const key = code === 'EADDRINUSE' ? 'portInUse' : 'portForbidden';
    notice(said(key, { port: String(port), free: String(free) }));
    return free;
  }
}
