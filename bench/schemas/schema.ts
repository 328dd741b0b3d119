/** A real or generated database schema to build: what must be there first, and the components over it. */
export interface Schema {
  readonly name: string;
  /** A script: roles, schemas, extensions, types, tables. It sets the search_path of the database. */
  readonly base: string;
  /** Component path to its text. */
  readonly components: ReadonlyMap<string, string>;
  readonly searchPath: readonly string[];
  /** What of the source is not among the components, and why. */
  readonly omitted: readonly Omission[];
}

export interface Omission {
  readonly component: string;
  readonly reason: string;
}
