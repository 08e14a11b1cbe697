import { said } from '../../src-shared/said.ts';
import { type Libc, O_CLOEXEC, O_PATH, refusal } from './libc.ts';
import { OURS } from './system-calls.ts';
import type { Why } from './tally.ts';

/** What may be done with a file, or with everything in a folder. */
export type Use =
  /** Read it, list it. */
  | 'read'
  /** Read, and start it as a program. */
  | 'run'
  /** Read and write what is there, and ask a device for things. */
  | 'use'
  /** Make, change and remove files as well. */
  | 'write'
  /** See the names in a folder, and no more. */
  | 'list';
export type Reach = { readonly path: string; readonly use: Use };

/** LANDLOCK_ACCESS_FS_* (linux/landlock.h) by the version of the interface that brought them. */
const EXECUTE = 1 << 0;
const WRITE_FILE = 1 << 1;
const READ_FILE = 1 << 2;
const READ_DIR = 1 << 3;
const REMOVE_FILE = 1 << 5;
const MAKE_DIR = 1 << 7;
const MAKE_REG = 1 << 8;
const FIRST_VERSION = (1 << 13) - 1;
const REFER = 1 << 13;
const TRUNCATE = 1 << 14;
const IOCTL_DEV = 1 << 15;
const KNOWN_SINCE = [
  { version: 1, rights: FIRST_VERSION },
  { version: 2, rights: REFER },
  { version: 3, rights: TRUNCATE },
  { version: 5, rights: IOCTL_DEV },
];
/** What makes sense for something that is no folder; the kernel refuses rules with more. */
const FILE_RIGHTS = EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE | IOCTL_DEV;

const RIGHTS: Readonly<Record<Use, number>> = {
  read: READ_FILE | READ_DIR,
  run: READ_FILE | EXECUTE,
  use: READ_FILE | READ_DIR | WRITE_FILE | TRUNCATE | IOCTL_DEV,
  list: READ_DIR,
  write: READ_FILE | READ_DIR | WRITE_FILE | REMOVE_FILE | MAKE_DIR | MAKE_REG | REFER | TRUNCATE,
};

/** Since version 4: binding and connecting TCP. None is ever allowed. */
const TCP = 0b11n;
/** Since version 6: abstract sockets of others, signals to others. None is ever allowed. */
const SCOPES = 0b11n;
/** The ruleset attribute grew with the versions. Bytes. */
const attributeSize = (version: number) => (version >= 6 ? 24 : version >= 4 ? 16 : 8);

const CREATE_VERSION = 1;
const RULE_PATH_BENEATH = 1;

const [CREATE] = OURS.landlock_create_ruleset;
const [ADD_RULE] = OURS.landlock_add_rule;
const [RESTRICT] = OURS.landlock_restrict_self;

/**
 * From now on this thread, what it starts, and what replaces this program, reach these files and no other, no TCP port,
 * and none of the others' processes. What does not exist is left out. Wants no_new_privs. Returns why it does not hold,
 * or null.
 *
 * Landlock says nothing about looking up a name: whoever guesses one can learn that there is such a file, its size, its
 * dates and whose it is.
 *
 * A file of /proc can be forgotten by the kernel, and its rule with it; so those are held open for as long as the
 * process lives, and in the program that replaces this one.
 */
export function confineToFiles(libc: Libc, reach: readonly Reach[]): Why | null {
  const asked = libc.syscall(CREATE, null, 0, CREATE_VERSION);
  if (asked.kind === 'refused') return said('noLandlock', { why: libc.words(asked.errno) });
  const version = asked.value;
  const handled = KNOWN_SINCE.filter((known) => known.version <= version).reduce(
    (all, { rights }) => all | rights,
    0,
  );
  const attribute = new BigUint64Array([BigInt(handled), TCP, SCOPES]);
  const bytes = Buffer.from(attribute.buffer, 0, attributeSize(version));
  const ruleset = libc.syscall(CREATE, bytes, bytes.length, 0);
  if (ruleset.kind === 'refused') return refusal(libc, 'landlock_create_ruleset', ruleset);

  for (const { path, use } of reach) {
    const proc = path.startsWith('/proc/');
    const opened = libc.open(path, proc ? O_PATH : O_PATH | O_CLOEXEC);
    if (opened.kind === 'refused') continue;
    const add = (rights: number) => {
      // struct landlock_path_beneath_attr, packed: u64 rights, s32 file.
      const rule = Buffer.alloc(12);
      rule.writeBigUInt64LE(BigInt(rights & handled));
      rule.writeInt32LE(opened.value, 8);
      return libc.syscall(ADD_RULE, ruleset.value, RULE_PATH_BENEATH, rule, 0);
    };
    let added = add(RIGHTS[use]);
    // No folder after all.
    if (added.kind === 'refused' && RIGHTS[use] & FILE_RIGHTS)
      added = add(RIGHTS[use] & FILE_RIGHTS);
    if (!proc) libc.close(opened.value);
    if (added.kind === 'refused') return refusal(libc, `landlock_add_rule for ${path}`, added);
  }
  const restricted = libc.syscall(RESTRICT, ruleset.value, 0);
  libc.close(ruleset.value);
  return refusal(libc, 'landlock_restrict_self', restricted);
}
