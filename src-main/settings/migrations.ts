/** A settings file as it was written: fields by name, not looked at yet. */
export type Fields = Readonly<Record<string, unknown>>;

/** What is written now. Count it up with every migration. Files of the first version do not say theirs. */
export const SETTINGS_VERSION = 3;

const kindOf = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && 'kind' in value ? value.kind : undefined;

/** The n-th brings a file of version n to version n + 1. None may throw, whatever a field holds. */
const migrations: readonly ((fields: Fields) => Fields)[] = [
  // What was called `always` stopped for busy programs, too; the new `always` does not, so nobody chose it yet.
  (fields) =>
    kindOf(fields.when) === 'always' ? { ...fields, when: { kind: 'working' } } : fields,
  // Whoever used Offpeak before it showed anybody round knows their way.
  (fields) => ({ ...fields, welcomed: true }),
];

export type Migrated = {
  readonly fields: Fields;
  /** What the owner should know about the file's version; null where all is as usual. */
  readonly wrong: string | null;
  /** Written by a later version of the app. */
  readonly newer: boolean;
};

/** Brings the fields of any version to this one. A version nobody can read is taken for the first. */
export function migrate(file: Fields): Migrated {
  const { version = 1, ...fields } = file;
  if (typeof version !== 'number' || !Number.isInteger(version) || version < 1)
    return { fields: run(fields, 1), wrong: 'version: not a version', newer: false };
  return { fields: run(fields, version), wrong: null, newer: version > SETTINGS_VERSION };
}

const run = (fields: Fields, version: number): Fields =>
  migrations.slice(version - 1).reduce((old, next) => next(old), fields);
