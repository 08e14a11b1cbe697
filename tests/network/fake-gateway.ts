import { createPublicKey, verify } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import {
  AGENT_PATH,
  authMessage,
  FromAgent,
  PROTOCOL_VERSION,
  readFrame,
} from '../../src-shared/network-protocol.ts';

export const SIGNER = `0x${'ab'.repeat(20)}`;
export const TOKEN = 'a-token';
export const NONCE = 'n'.repeat(32);

export type Line = {
  readonly say: (message: unknown) => void;
  readonly sayText: (text: string | Buffer) => void;
  readonly close: (code: number, reason: string) => void;
  /** Cuts the line without a word. */
  readonly cut: () => void;
};

type Script = {
  /** Called for each line as it opens; without it the gateway greets as it should. */
  readonly opened?: (line: Line) => void;
  readonly said?: (message: FromAgent, line: Line) => void;
  readonly closed?: (code: number) => void;
  readonly http?: (request: IncomingMessage, response: ServerResponse) => void;
  readonly autoPong?: boolean;
  readonly port?: number;
};

/** A gateway whose manners a test chooses, on a real socket of this machine. */
export async function fakeGateway(script: Script = {}) {
  const server = createServer(script.http ?? ((_, response) => response.writeHead(404).end()));
  const lines = new WebSocketServer({
    server,
    path: AGENT_PATH,
    autoPong: script.autoPong ?? true,
  });
  await new Promise<void>((resolve) => server.listen(script.port ?? 0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const audience = `127.0.0.1:${port}`;

  lines.on('connection', (socket: WebSocket) => {
    const line: Line = {
      say: (message) => socket.send(JSON.stringify(message)),
      sayText: (text) => socket.send(text),
      close: (code, reason) => socket.close(code, reason),
      cut: () => socket.terminate(),
    };
    socket.on('error', () => undefined); // Lines break here on purpose.
    socket.on('close', (code) => script.closed?.(code));
    let agent = '';
    socket.on('message', (data) => {
      const message = readFrame(FromAgent, data.toString());
      if (message.kind === 'unreadable') throw new Error(`the agent said ${data.toString()}`);
      if (!script.opened && message.kind === 'hello') {
        agent = message.agent;
        line.say({ kind: 'challenge', nonce: NONCE, audience });
      }
      if (!script.opened && message.kind === 'auth') {
        const key = createPublicKey({
          format: 'jwk',
          key: { kty: 'OKP', crv: 'Ed25519', x: agent },
        });
        const signed = Buffer.from(authMessage(audience, NONCE));
        if (!verify(null, signed, key, Buffer.from(message.signature, 'base64url')))
          throw new Error('the agent could not prove its key');
        line.say(welcome());
      }
      script.said?.(message, line);
    });
    script.opened?.(line);
  });

  const close = async () => {
    for (const socket of lines.clients) socket.terminate();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  onTestFinished(close);
  return { url: new URL(`ws://${audience}`), port, audience, close };
}

export const welcome = (version = PROTOCOL_VERSION) => ({
  kind: 'welcome',
  version,
  network: { name: 'Test', test: true },
  blobToken: TOKEN,
  signer: SIGNER,
});
