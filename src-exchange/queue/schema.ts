/** The first version: the whole job in the row that says where it is. */
const FIRST = `
CREATE TABLE IF NOT EXISTS jobs (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  body TEXT NOT NULL,
  cuda INTEGER NOT NULL,
  webgpu INTEGER NOT NULL,
  vram INTEGER NOT NULL,
  deadline INTEGER NOT NULL,
  submitted_at INTEGER NOT NULL,
  state TEXT NOT NULL DEFAULT 'waiting',
  fence INTEGER NOT NULL DEFAULT 0,
  -- On a waiting row: its lease ran out, but nobody else has the job yet, so it may still come back.
  agent TEXT,
  until INTEGER,
  accepted INTEGER NOT NULL DEFAULT 0,
  step INTEGER NOT NULL DEFAULT 0,
  checkpoint TEXT,
  failures INTEGER NOT NULL DEFAULT 0,
  lost INTEGER NOT NULL DEFAULT 0,
  outputs TEXT,
  because TEXT,
  finished_at INTEGER
) STRICT;
CREATE INDEX IF NOT EXISTS jobs_waiting ON jobs (state, seq);
CREATE INDEX IF NOT EXISTS jobs_until ON jobs (state, until);
CREATE INDEX IF NOT EXISTS jobs_deadline ON jobs (state, deadline);
`;

/**
 * The body apart, and what a listing or a sweep of the blobs wants to know of it in columns: a listing of 4096 jobs
 * reads no body, and a heartbeat writes none. `blobs`: the names of its programs and inputs. `blamed`: deliveries that
 * said it was the job's fault.
 */
const BODIES_APART = `
CREATE TABLE bodies (seq INTEGER PRIMARY KEY, body TEXT NOT NULL) STRICT;
INSERT INTO bodies SELECT seq, body FROM jobs;
ALTER TABLE jobs ADD COLUMN title TEXT NOT NULL DEFAULT '';
ALTER TABLE jobs ADD COLUMN pay INTEGER NOT NULL DEFAULT 0;
ALTER TABLE jobs ADD COLUMN test INTEGER NOT NULL DEFAULT 1;
ALTER TABLE jobs ADD COLUMN steps INTEGER NOT NULL DEFAULT 1;
ALTER TABLE jobs ADD COLUMN blobs TEXT NOT NULL DEFAULT '[]';
ALTER TABLE jobs ADD COLUMN blamed INTEGER NOT NULL DEFAULT 0;
UPDATE jobs SET
  title = json_extract(body, '$.title'),
  pay = json_extract(body, '$.pay.amount'),
  test = json_extract(body, '$.pay.test'),
  steps = (SELECT sum(json_extract(value, '$.count')) FROM json_each(body, '$.spec.stages')),
  blobs = (SELECT json_group_array(value) FROM json_tree(body, '$.spec') WHERE key = 'sha256')
WHERE json_valid(body);
ALTER TABLE jobs DROP COLUMN body;
`;

/** Kinds of jobs, of which an agent may run only some. */
const KINDS = `ALTER TABLE jobs ADD COLUMN kind TEXT NOT NULL DEFAULT 'kernel'`;

/** The size of the model a job runs, 0 where it runs none: not every lane has the disk for it. */
const MODELS = `
ALTER TABLE jobs ADD COLUMN model INTEGER NOT NULL DEFAULT 0;
UPDATE jobs SET model = ifnull((
  SELECT json_extract(body, '$.spec.model.size') FROM bodies WHERE bodies.seq = jobs.seq AND json_valid(body)
), 0) WHERE kind <> 'kernel';
`;

export const QUEUE_SCHEMA = [FIRST, BODIES_APART, KINDS, MODELS];
