/** Databases for tests: a new one for each call, on a server or in memory, and one that is used again. */
import { randomBytes } from "node:crypto";
import { inject } from "vitest";
import { quoteIdentifier } from "../../graph/quote.ts";
import type { Database, Notice } from "../../src/database/database.ts";
import { openEmbedded } from "../../src/database/embedded.ts";
import { connectServer } from "../../src/database/server.ts";
import { type ServerVersion, VERSIONS } from "./binaries.ts";
import { TEST_ROLES } from "./server.ts";

/** What the tests run on; `describe.each(EVERYWHERE)`. */
export type Where = ServerVersion | "embedded";
export const EVERYWHERE: readonly Where[] = [...VERSIONS, "embedded"];

export type FreshDatabase = Database & {
  /** To connect to it once more; null for the embedded one, which has one session. */
  readonly url: string | null;
  /** Closes it and removes it. */
  drop(): Promise<void>;
};

export interface FreshOptions {
  /** On a server: the database that it is a copy of. Nobody may be connected to that one. */
  readonly template?: string;
  readonly onNotice?: (notice: Notice) => void;
}

/** A new, empty database with the roles alice, bob and carol; the session is the superuser's. */
export async function freshDatabase(where: Where, options: FreshOptions = {}): Promise<FreshDatabase> {
  if (where === "embedded") {
    const database = await openEmbedded(null, options);
    await database.batch(TEST_ROLES.map((role) => `CREATE ROLE ${role} NOLOGIN`));
    return Object.assign(database, { url: null, drop: () => database.close() });
  }
  const name = `test_${randomBytes(6).toString("hex")}`;
  const { template = "template1", ...rest } = options;
  // 14 knows no other way.
  const strategy = where === 14 ? "" : " STRATEGY file_copy";
  await administer(where, `CREATE DATABASE ${name} TEMPLATE ${quoteIdentifier(template)}${strategy}`);
  const url = serverUrl(where, name);
  const database = await connectServer({ url, ...rest });
  const drop = async (): Promise<void> => {
    await database.close();
    await administer(where, `DROP DATABASE ${name} WITH (FORCE)`);
  };
  return Object.assign(database, { url, drop });
}

/** The superuser's URL of a database on the server of the test run. */
export function serverUrl(version: ServerVersion, database = "postgres"): string {
  return `postgres://postgres@127.0.0.1:${inject("serverPorts")[version]}/${database}`;
}

async function administer(version: ServerVersion, statement: string): Promise<void> {
  const database = await connectServer({ url: serverUrl(version) });
  try {
    await database.query(statement);
  } finally {
    await database.close();
  }
}

/**
 * Brings a database back to how `freshDatabase` made it, much faster than making one: no objects outside the system's
 * schemas, `public` as new, the session and its settings reset. On the embedded one the roles are made anew too; on a
 * server, where other tests share them, they only lose what they own here.
 */
export async function resetDatabase(database: Database): Promise<void> {
  await database.query("ROLLBACK");
  await database.query("DISCARD ALL");
  const leftovers = await database.query<{ statement: string }>(LEFTOVERS);
  const found = database.embedded ? await database.query<{ name: string }>(ROLES) : [];
  const roles = [...new Set([...TEST_ROLES, ...found.map(({ name }) => name)])]
    .map(quoteIdentifier)
    .join(", ");
  await database.batch([
    "BEGIN",
    ...leftovers.map(({ statement }) => statement),
    "CREATE SCHEMA public AUTHORIZATION pg_database_owner",
    "COMMENT ON SCHEMA public IS 'standard public schema'",
    "GRANT USAGE ON SCHEMA public TO PUBLIC",
    `DROP OWNED BY ${roles} CASCADE`,
    // What is left is the superuser's, which DROP OWNED refuses.
    "DELETE FROM pg_catalog.pg_default_acl",
    ...(database.embedded
      ? [`DROP ROLE ${roles}`, ...TEST_ROLES.map((role) => `CREATE ROLE ${role} NOLOGIN`)]
      : []),
    "COMMIT",
  ]);
}

const ROLES = "SELECT rolname AS name FROM pg_catalog.pg_roles WHERE rolname !~ '^pg_' AND oid <> 10";

/** What drops all that is not the system's. Event triggers go first, so that they hear nothing of the rest. */
const LEFTOVERS = `
SELECT statement FROM (
  SELECT 1 AS step, format('DROP EVENT TRIGGER %I', evtname) AS statement FROM pg_catalog.pg_event_trigger
  UNION ALL SELECT 2, format('DROP PUBLICATION %I', pubname) FROM pg_catalog.pg_publication
  UNION ALL SELECT 3, format('DROP EXTENSION %I CASCADE', extname) FROM pg_catalog.pg_extension
    WHERE extname <> 'plpgsql'
  UNION ALL SELECT 4, format('DROP FOREIGN DATA WRAPPER IF EXISTS %I CASCADE', fdwname)
    FROM pg_catalog.pg_foreign_data_wrapper
  UNION ALL SELECT 5, format('DROP SCHEMA %I CASCADE', nspname) FROM pg_catalog.pg_namespace
    WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'
  UNION ALL SELECT 6, format('SELECT pg_catalog.lo_unlink(%s)', oid) FROM pg_catalog.pg_largeobject_metadata
  UNION ALL SELECT 7, format('ALTER DATABASE %I RESET ALL', current_database())
  UNION ALL SELECT 7, format('COMMENT ON DATABASE %I IS NULL', current_database())
) AS leftovers ORDER BY step, statement`;
