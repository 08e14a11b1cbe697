import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { HttpBindings } from '@hono/node-server';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import type { Context, Hono } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { z } from 'zod';
import { Sha256 } from '../../src-shared/blob.ts';
import { ListedModel } from '../../src-shared/buyer-protocol.ts';
import type { Added, ModelShelf } from './shelf.ts';

type Env = { Bindings: HttpBindings };

const REFUSED_AS = {
  'too-many': 409,
  busy: 409,
  'wrong-hash': 422,
  'not-a-model': 422,
  'broken-off': 400,
  disk: 507,
} as const satisfies Record<Extract<Added, { kind: 'refused' }>['because'], ContentfulStatusCode>;

const nameOf = (c: Context<Env>) => Sha256.safeParse(c.req.param('sha256'));
const badName = (c: Context<Env>) =>
  c.json({ error: 'the name of a model is its SHA-256, 64 lower-case hex digits' }, 400);

/** `bytes=FROM-` or `bytes=FROM-TO`, as a download that goes on asks for; null where it makes no sense for `size`. */
function rangeOf(header: string, size: number): { from: number; to: number } | null {
  const found = /^bytes=(\d{1,15})-(\d{1,15})?$/.exec(header);
  if (!found) return null;
  const from = Number(found[1]);
  const to = Math.min(found[2] === undefined ? size - 1 : Number(found[2]), size - 1);
  return from <= to ? { from, to } : null;
}

/** Models: agents fetch them, in pieces where they like; whoever may submit jobs lists them. */
export function modelRoutes(app: Hono<Env>, models: ModelShelf): void {
  app.get('/v1/models', (c) => c.json(models.list()));

  app.get('/v1/models/:sha256', async (c) => {
    const name = nameOf(c);
    if (!name.success) return badName(c);
    const model = models.find(name.data);
    if (!model) return c.json({ error: `this network lists no model ${name.data}` }, 404);
    const { outgoing } = c.env;
    const { size } = model;
    const asked = c.req.header('range');
    const range = asked === undefined ? { from: 0, to: size - 1 } : rangeOf(asked, size);
    if (!range)
      return c.json({ error: `${asked} is no part of ${size} bytes` }, 416, {
        'content-range': `bytes */${size}`,
      });
    const { from, to } = range;
    outgoing.writeHead(asked === undefined ? 200 : 206, {
      'accept-ranges': 'bytes',
      'content-length': to - from + 1,
      'content-type': 'application/octet-stream',
      ...(asked !== undefined && { 'content-range': `bytes ${from}-${to}/${size}` }),
    });
    if (c.req.raw.method === 'HEAD') outgoing.end();
    // A reader that went away is no trouble of ours; a disk that fails shows as a short answer.
    else await pipeline(models.read(name.data, from, to), outgoing).catch(() => outgoing.destroy());
    return RESPONSE_ALREADY_SENT;
  });

  app.put('/v1/models/:sha256', async (c) => {
    const model = ListedModel.safeParse({
      sha256: c.req.param('sha256'),
      size: Number(c.req.header('content-length') ?? 0),
      name: c.req.query('name'),
    });
    if (!model.success) return c.json({ error: z.prettifyError(model.error) }, 400);
    const body: Readable = c.env.incoming;
    const added = await models.add(model.data, body);
    return added.kind === 'added'
      ? c.json(model.data, 201)
      : c.json({ error: added.detail }, REFUSED_AS[added.because]);
  });

  app.delete('/v1/models/:sha256', async (c) => {
    const name = nameOf(c);
    if (!name.success) return badName(c);
    return (await models.remove(name.data))
      ? c.json({ removed: name.data })
      : c.json({ error: `this network lists no model ${name.data}` }, 404);
  });
}
