/** One malformed input: what a project holds, what is run on it, and what must be told. */

/** A file's text or bytes, a folder, or a link. */
export type Content = string | Uint8Array | { readonly folder: true } | { readonly link: string };

export interface BadInput {
  readonly name: string;
  /** Below migrator/components/. */
  readonly components?: Readonly<Record<string, Content>>;
  /** Below the project's folder; null takes away what every project here has. */
  readonly files?: Readonly<Record<string, Content | null>>;
  /** More keys of migrator.json. */
  readonly config?: Readonly<Record<string, unknown>>;
  /** SQL that runs in the database first. */
  readonly before?: string;
  /** Command lines that are run before, and work; then these files are written, or with null removed. */
  readonly first?: readonly (readonly string[])[];
  readonly later?: Readonly<Record<string, Content | null>>;
  /** The command line; `sync` unless given. URL stands for that of the database. */
  readonly run?: readonly string[];
  /** Environment variables; null takes DATABASE_URL away. */
  readonly env?: Readonly<Record<string, string | null>>;
  /** 1 unless given. */
  readonly exit?: 1 | 2 | 4;
  /** For each mistake, in order: its code and place, `syntax-error a.sql:1:3`. Components stand without their folder. */
  readonly gives: string | readonly string[];
}

/** A view that is sound, for inputs whose mistake is elsewhere. */
export const sound = { "a.sql": "create view a as select 1 as x;" } as const;
