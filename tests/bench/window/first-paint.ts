import { setTimeout as wait } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { z } from 'zod';

const Targets = z.array(z.object({ url: z.string(), webSocketDebuggerUrl: z.string() }));
const Answer = z.object({ result: z.object({ result: z.object({ value: z.number() }) }) });

/** Often enough for a look; the moment itself is the page's own and does not depend on it. */
const LOOK_EVERY_MS = 50;

/** The page's own word for when it first painted, as wall clock; 0 where it has not yet. */
const PAINT = `(() => {
  const paint = performance.getEntriesByName('first-paint')[0];
  return paint ? performance.timeOrigin + paint.startTime : 0;
})()`;

/** When (wall clock, ms) the page whose address begins with `address` first painted. `port`: of the debugging door. */
export async function firstPaint(port: number, address: string): Promise<number> {
  for (;;) {
    const answer = await fetch(`http://127.0.0.1:${port}/json/list`);
    const page = Targets.parse(await answer.json()).find(({ url }) => url.startsWith(address));
    if (page) return askUntilPainted(page.webSocketDebuggerUrl);
    await wait(LOOK_EVERY_MS);
  }
}

async function askUntilPainted(url: string): Promise<number> {
  const socket = new WebSocket(url);
  await new Promise((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
  });
  try {
    for (let id = 1; ; id++) {
      const heard = new Promise<unknown>((resolve) =>
        socket.once('message', (data) => resolve(JSON.parse(String(data)))),
      );
      const params = { expression: PAINT, returnByValue: true };
      socket.send(JSON.stringify({ id, method: 'Runtime.evaluate', params }));
      const at = Answer.parse(await heard).result.result.value;
      if (at > 0) return at;
      await wait(LOOK_EVERY_MS);
    }
  } finally {
    socket.terminate();
  }
}
