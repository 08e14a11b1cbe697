import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import { modelTransfers } from '../../src-network/model-transfer.ts';
import { modelOfBytes } from '../runner/llm/tiny-model.ts';

/** A network that lists models, on a line that does what the test says. */
export async function modelServer(files: readonly Buffer[]) {
  const listed = new Map(files.map((bytes) => [modelOfBytes(bytes).sha256, bytes]));
  /** Where every fetch began. */
  const begun: number[] = [];
  const line = {
    /** Bytes after which the line breaks, once each; null: never. */
    breakAfter: [] as number[],
    /** Bytes after which the line stands still, for good. */
    stallAfter: null as number | null,
    corrupt: false,
  };
  const server = createServer((request, response) => {
    const bytes = listed.get((request.url?.split('/').at(-1) ?? '') as never);
    if (!bytes) return response.writeHead(404).end();
    if (request.method === 'HEAD')
      return response.writeHead(200, { 'content-length': bytes.length }).end();
    const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? Number.NaN);
    begun.push(from);
    response.writeHead(206, {
      'content-length': bytes.length - from,
      'content-range': `bytes ${from}-${bytes.length - 1}/${bytes.length}`,
    });
    const sent = Buffer.from(bytes.subarray(from));
    if (line.corrupt) sent[sent.length - 1] = (sent.at(-1) ?? 0) ^ 1;
    const cut = line.breakAfter.shift();
    if (cut !== undefined)
      return response.write(sent.subarray(0, cut), () => setImmediate(() => response.destroy()));
    if (line.stallAfter !== null) return response.write(sent.subarray(0, line.stallAfter));
    return response.end(sent);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const base = new URL(`http://127.0.0.1:${port}/v1/models/`);
  return { base, listed, begun, line, source: modelTransfers({ base, token: () => 'a-token' }) };
}
