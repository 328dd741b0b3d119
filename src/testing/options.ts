/** What a test asks for. */
import type { JsonValue } from "../config/json.ts";

export interface TestDatabaseOptions {
  /** The project's folder, or one below it; the current one where it is left out. */
  readonly folder?: string;
  /** The path of migrator.json, relative to `folder`, where it is not found from there. */
  readonly config?: string;
  /** A server: databases are made beside the one that it names. Left out, as `target` is: the embedded PostgreSQL. */
  readonly databaseUrl?: string;
  /** The same by the name of a target in migrator.json; not one that is protected. */
  readonly target?: string;
  /** SQL, or paths of `.sql` files relative to the project's root, that runs first: tables that no migration makes. */
  readonly base?: string | readonly string[];
  /** SQL that runs once, behind migrations and components, with the project's search path; or paths, likewise. */
  readonly seed?: string | readonly string[];
  /** In place of what the source of a matrix gives: the values of the matrix `tenant`, or of each by its name. Their schemas are made. */
  readonly tenants?: readonly JsonValue[] | Readonly<Record<string, readonly JsonValue[]>>;
  /** Values for templates, over those of migrator.json. */
  readonly variables?: Readonly<Record<string, JsonValue>>;
  /** Roles that the project expects to be there: those that are missing are made, without login. */
  readonly roles?: readonly string[];
}
