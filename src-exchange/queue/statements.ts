import { z } from 'zod';
import { type Database, statement } from '../../src-disk/database.ts';
import { JobRow, STATUS_COLUMNS } from './rows.ts';

const Nothing = z.object({});
/** The lease this row is under, still or until a moment ago. */
const OURS = `id = ? AND fence = ? AND agent = ? AND state IN ('waiting', 'running') AND deadline > ?`;
/** One for a lease that lapsed and is spoken for after all. */
const FOUND_AGAIN = `(state = 'waiting' AND accepted)`;
const BODY = '(SELECT body FROM bodies WHERE bodies.seq = jobs.seq) AS body';

/** Every statement of the embedded queue, prepared once. */
export const queueStatements = (db: Database) => ({
  bodyOf: statement(db, `SELECT ${BODY} FROM jobs WHERE id = ?`, z.object({ body: z.string() })),
  insert: statement(
    db,
    `INSERT INTO jobs (id, kind, cuda, webgpu, vram, deadline, submitted_at, title, pay, test, steps, blobs,
       model)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    Nothing,
  ),
  /** Goes with the row inserted last. */
  insertBody: statement(
    db,
    'INSERT INTO bodies (seq, body) VALUES (last_insert_rowid(), ?)',
    Nothing,
  ),
  oldest: statement(
    db,
    `SELECT seq, ${BODY}, fence, checkpoint FROM jobs
     WHERE state = 'waiting' AND vram <= ? AND model <= ? AND CASE ? WHEN 'cuda' THEN cuda ELSE webgpu END
       AND kind IN (SELECT value FROM json_each(?)) AND id NOT IN (SELECT value FROM json_each(?))
     ORDER BY seq LIMIT 1`,
    z.object({
      seq: z.int(),
      body: z.string(),
      fence: z.int(),
      checkpoint: z.string().nullable(),
    }),
  ),
  hand: statement(
    db,
    `UPDATE jobs SET state = 'running', fence = ?, agent = ?, until = ?, accepted = 0, step = ? WHERE seq = ?`,
    Nothing,
  ),
  giveUp: statement(
    db,
    `UPDATE jobs SET state = 'failed', because = ?, finished_at = ? WHERE seq = ?`,
    Nothing,
  ),
  extend: statement(
    db,
    `UPDATE jobs SET lost = lost - ${FOUND_AGAIN}, state = 'running', until = ?, step = ?,
       accepted = 1 WHERE ${OURS}`,
    Nothing,
  ),
  release: statement(
    db,
    `UPDATE jobs SET lost = lost - ${FOUND_AGAIN}, state = 'waiting', agent = NULL, until = NULL WHERE ${OURS}`,
    Nothing,
  ),
  /**
   * An older checkpoint of a kernel sets nobody back. Of a model's work the latest holder's counts: only whoever has the
   * model can tell that the one before was rubbish, and has then begun anew.
   */
  keep: statement(
    db,
    `UPDATE jobs SET checkpoint = ?, step = ?
     WHERE id = ? AND (checkpoint IS NULL OR json_extract(checkpoint, '$.step') <= ? OR kind <> 'kernel')`,
    Nothing,
  ),
  complete: statement(
    db,
    `UPDATE jobs SET state = 'done', outputs = ?, finished_at = ?, until = NULL, checkpoint = NULL WHERE ${OURS}`,
    Nothing,
  ),
  failures: statement(
    db,
    `SELECT failures, blamed FROM jobs WHERE ${OURS}`,
    z.object({ failures: z.int(), blamed: z.int() }),
  ),
  fail: statement(
    db,
    `UPDATE jobs SET state = 'failed', because = ?, finished_at = ?, until = NULL WHERE ${OURS}`,
    Nothing,
  ),
  requeue: statement(
    db,
    `UPDATE jobs SET lost = lost - ${FOUND_AGAIN}, state = 'waiting', failures = failures + 1, blamed = blamed + ?,
       agent = NULL, until = NULL WHERE ${OURS}`,
    Nothing,
  ),
  held: statement(
    db,
    'SELECT state, fence, agent, deadline FROM jobs WHERE id = ?',
    z.object({
      state: z.string(),
      fence: z.int(),
      agent: z.string().nullable(),
      deadline: z.int(),
    }),
  ),
  late: statement(
    db,
    `UPDATE jobs SET state = 'failed', because = 'nobody finished it before its deadline', finished_at = ?
     WHERE state IN ('waiting', 'running') AND deadline <= ?`,
    Nothing,
  ),
  /** Leases that ran out. */
  silent: statement(
    db,
    `SELECT seq, accepted, lost FROM jobs WHERE state = 'running' AND until <= ?`,
    z.object({ seq: z.int(), accepted: z.int(), lost: z.int() }),
  ),
  lapse: statement(db, `UPDATE jobs SET state = 'waiting', lost = ? WHERE seq = ?`, Nothing),
  next: statement(
    db,
    `SELECT min(at) AS at FROM (
       SELECT min(until) AS at FROM jobs WHERE state = 'running'
       UNION ALL SELECT min(deadline) FROM jobs WHERE state = 'running'
       UNION ALL SELECT min(deadline) FROM jobs WHERE state = 'waiting')`,
    z.object({ at: z.int().nullable() }),
  ),
  find: statement(db, `SELECT ${STATUS_COLUMNS} FROM jobs WHERE id = ?`, JobRow),
  list: statement(
    db,
    // '/' is the character after '.', so this is every id that starts with the array's and a dot, by the index.
    `SELECT ${STATUS_COLUMNS} FROM jobs WHERE id = ? OR (id >= ? || '.' AND id < ? || '/') ORDER BY seq`,
    JobRow,
  ),
  counts: statement(
    db,
    'SELECT state, count(*) AS n FROM jobs GROUP BY state',
    z.object({ state: z.enum(['waiting', 'running', 'done', 'failed']), n: z.int() }),
  ),
  named: statement(
    db,
    // By number and not by state: a batch is so many rows read, however few of them count.
    `SELECT seq, iif(state IN ('waiting', 'running') OR (state = 'done' AND finished_at > ?),
       blobs || ifnull(checkpoint, '') || ifnull(outputs, ''), '') AS names
     FROM jobs WHERE seq > ? ORDER BY seq LIMIT ?`,
    z.object({ seq: z.int(), names: z.string() }),
  ),
});
