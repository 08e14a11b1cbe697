import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { HttpBindings } from '@hono/node-server';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { type Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { z } from 'zod';
import { diskTrouble } from '../../src-disk/disk-trouble.ts';
import { MAX_BLOB, Sha256 } from '../../src-shared/blob.ts';
import { MAX_JOBS_PER_REQUEST, MAX_WAIT } from '../../src-shared/buyer-protocol.ts';
import { Job, JobId } from '../../src-shared/job.ts';
import { RESULTS_KEPT_DAYS } from '../../src-shared/job-status.ts';
import type { Millis } from '../../src-shared/units.ts';
import { sameToken } from '../access/tokens.ts';
import type { BlobStore, Stored } from '../blobs/blobs.ts';
import { modelRoutes } from '../models/model-api.ts';
import type { ModelShelf } from '../models/shelf.ts';
import type { Changes } from '../queue/changes.ts';
import { blobsOf, jobsProblem } from '../queue/job-door.ts';
import type { Queue } from '../queue/queue.ts';

/** Of a request that submits jobs. */
const MAX_BODY = 16 * 1024 * 1024;

type Parts = Readonly<{
  queue: Queue;
  blobs: BlobStore;
  models: ModelShelf;
  changes: Changes;
  buyerToken: string;
  knowsBlobToken: (token: string) => boolean;
  /** `Host` headers under which this exchange answers. Others are a web page that rebound its name to us. */
  hosts: ReadonlySet<string>;
  test: boolean;
  now: () => Millis;
  /** New jobs are in the queue. */
  submitted: () => void;
  /** What GET /v1/status says. */
  status: () => Promise<unknown>;
  trouble: (error: unknown) => string;
}>;
type Env = { Bindings: HttpBindings };

const Jobs = z.union([
  z.array(Job).min(1).max(MAX_JOBS_PER_REQUEST),
  Job.transform((job) => [job]),
]);
const Query = z.object({
  array: JobId,
  after: z.coerce.number().int().min(0).default(0),
  wait: z.coerce.number().min(0).max(MAX_WAIT).default(0),
});

const REFUSED_AS = {
  'too-big': 413,
  'wrong-hash': 422,
  'broken-off': 400,
  disk: 507,
} as const satisfies Record<Extract<Stored, { kind: 'refused' }>['because'], ContentfulStatusCode>;

const bearer = (c: Context<Env>): string | null =>
  /^Bearer ([\w-]{1,200})$/.exec(c.req.header('authorization') ?? '')?.[1] ?? null;

const nameOf = (c: Context<Env>) => Sha256.safeParse(c.req.param('sha256'));
const badName = (c: Context<Env>) =>
  c.json({ error: 'the name of a blob is its SHA-256, 64 lower-case hex digits' }, 400);

/** Blobs come and go with agents; models only go. */
const mayAgent = ({ req }: Context<Env>): boolean =>
  req.path.startsWith('/v1/blobs/') ||
  (req.path.startsWith('/v1/models') && ['GET', 'HEAD'].includes(req.raw.method));

function blobRoutes(app: Hono<Env>, { blobs }: Parts): void {
  app.put('/v1/blobs/:sha256', async (c) => {
    const name = nameOf(c);
    if (!name.success) return badName(c);
    const length = Number(c.req.header('content-length') ?? 0);
    if (length > MAX_BLOB)
      return c.json({ error: `${length} bytes; a blob holds at most ${MAX_BLOB}` }, 413);
    const body: Readable = c.env.incoming;
    const stored = await blobs.put(name.data, body);
    return stored.kind === 'stored'
      ? c.json({ size: stored.size }, 201)
      : c.json({ error: stored.detail }, REFUSED_AS[stored.because]);
  });

  app.get('/v1/blobs/:sha256', async (c) => {
    const name = nameOf(c);
    if (!name.success) return badName(c);
    const size = await blobs.want(name.data);
    if (size === null) {
      const error = `there is no blob ${name.data} here; results are kept for ${RESULTS_KEPT_DAYS} days after their job is done`;
      return c.json({ error }, 404);
    }
    const { outgoing } = c.env;
    const headers = { 'content-length': size, 'content-type': 'application/octet-stream' };
    outgoing.writeHead(200, headers);
    if (c.req.raw.method === 'HEAD') outgoing.end();
    // A reader that went away is no trouble of ours; a disk that fails shows as a short answer.
    else await pipeline(blobs.read(name.data), outgoing).catch(() => outgoing.destroy());
    return RESPONSE_ALREADY_SENT;
  });
}

function jobRoutes(app: Hono<Env>, parts: Parts): void {
  const { queue, blobs, changes } = parts;
  app.post(
    '/v1/jobs',
    bodyLimit({
      maxSize: MAX_BODY,
      onError: (c) => c.json({ error: `a request holds at most ${MAX_BODY} bytes` }, 413),
    }),
    async (c) => {
      const body: unknown = await c.req.json().catch(() => undefined);
      if (body === undefined) return c.json({ error: 'the request is not JSON' }, 400);
      const schema = Array.isArray(body) ? Jobs.options[0] : Jobs.options[1];
      const parsed = schema.safeParse(body);
      if (!parsed.success) return c.json({ error: z.prettifyError(parsed.error) }, 400);
      const jobs = parsed.data;
      const { test, models } = parts;
      const problem = jobsProblem(jobs, { test, now: parts.now(), facts: models.facts });
      if (problem) return c.json({ error: problem }, 422);
      const missing = await blobs.missing(blobsOf(jobs));
      if (missing.length > 0) {
        const named = missing.map(({ sha256, size }) => `${sha256} (${size} bytes)`).join(', ');
        return c.json({ error: `upload these blobs first: ${named}`, missing }, 409);
      }
      const put = await queue.put(jobs);
      if (put.kind === 'differs')
        return c.json({ error: `there already is another job called ${put.job}` }, 409);
      parts.submitted();
      return c.json({ jobs: jobs.map(({ id }) => id), fresh: put.fresh }, 201);
    },
  );

  app.get('/v1/jobs', async (c) => {
    const query = Query.safeParse(c.req.query());
    if (!query.success) return c.json({ error: z.prettifyError(query.error) }, 400);
    await changes.after(query.data.after, query.data.wait);
    const change = changes.count;
    return c.json({ change, jobs: await queue.list(query.data.array) });
  });

  app.get('/v1/jobs/:id', async (c) => {
    const id = JobId.safeParse(c.req.param('id'));
    if (!id.success) return c.json({ error: z.prettifyError(id.error) }, 400);
    const found = await queue.find(id.data);
    return found ? c.json(found.status) : c.json({ error: `there is no job ${id.data}` }, 404);
  });
}

/** The HTTP side: blobs and models for agents and buyers, jobs and status for buyers. Every refusal is `{error}`. */
export function makeApi(parts: Parts): Hono<Env> {
  const app = new Hono<Env>();
  app.onError((error, c) => {
    const status = diskTrouble(error) ? 507 : 500;
    return c.json({ error: parts.trouble(error) }, status);
  });
  app.notFound((c) => c.json({ error: `there is nothing at ${c.req.method} ${c.req.path}` }, 404));
  app.use(async (c, next) => {
    const host = c.req.header('host') ?? '';
    if (!parts.hosts.has(host))
      return c.json({ error: `this exchange is not called ${host}` }, 421);
    const token = bearer(c);
    const buyer = token !== null && sameToken(token, parts.buyerToken);
    const agent = token !== null && mayAgent(c) && parts.knowsBlobToken(token);
    if (!buyer && !agent)
      return c.json({ error: 'this needs a bearer token that is valid now' }, 401);
    return next();
  });
  blobRoutes(app, parts);
  modelRoutes(app, parts.models);
  jobRoutes(app, parts);
  app.get('/v1/status', async (c) => c.json(await parts.status()));
  return app;
}
