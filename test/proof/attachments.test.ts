/**
 * Nothing is lost: a schema with every attachment there is, changed in every way. The catalogs must say the same
 * afterwards as those of a database that was built from the new files at once and got the same attachments then.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Database } from "../../src/database/database.ts";
import { connectServer } from "../../src/database/server.ts";
import { differences } from "../../src/snapshot/differences.ts";
import { takeSnapshot } from "../../src/snapshot/snapshot.ts";
import { runScript, syncTexts } from "../cases/support/sync-texts.ts";
import { type FreshDatabase, freshDatabase, serverUrl } from "../servers/database.ts";
import { edits, replaced } from "./edits.ts";

const everything = process.env.CORPORA === "all";
const schemaText = (name: string) => readFileSync(join(import.meta.dirname, "schema", name), "utf8");
const base = schemaText("base.sql");
const components = schemaText("components.sql");
const attachments = schemaText("attachments.sql");

describe.each([15, 18] as const)("on %s", (version) => {
  const chosen = version === 18 || everything ? edits : edits.filter((_, index) => index % 3 === 0);
  if (chosen !== edits)
    console.log(`on ${version}: ${chosen.length} of ${edits.length} changes; all with CORPORA=all`);
  /** Copied for each change: the base alone, and with the files and all that hangs on them. */
  const templates: FreshDatabase[] = [];
  let empty: string;
  let full: string;

  beforeAll(async () => {
    await onServer(version, [
      "set allow_in_place_tablespaces = on",
      "create tablespace proof_space location ''",
    ]);
    empty = await template(templates, version, undefined, (database) => runScript(database, base));
    full = await template(templates, version, empty, (database) => build(database, components, attachments));
  });
  afterAll(async () => {
    for (const one of templates) await one.drop();
    await onServer(version, ["drop tablespace proof_space"]);
  });

  // What is built side by side and swapped in must come out the same.
  const online = everything ? chosen : chosen.filter((_, index) => index % 4 === 0);
  const ways = [
    ...chosen.map((edit) => ({ ...edit, way: "", online: false })),
    ...online.map((edit) => ({ ...edit, way: " with --online", online: true })),
  ];

  test.each(ways)("$name$way", async (edit) => {
    const after = replaced(components, edit.components);
    const hung = replaced(attachments, edit.attachments ?? []);
    const built = await within(version, empty, async (database) => {
      await build(database, after, hung);
      return takeSnapshot(database);
    });
    const changed = await within(version, full, async (database) => {
      await database.batch(edit.before ?? []);
      const again = await withSettings(database, edit.settings ?? {});
      try {
        await sync(again, after, edit.online);
        const snapshot = await takeSnapshot(again);
        expect((await sync(again, after)).result.steps).toEqual([]);
        return snapshot;
      } finally {
        await again.close();
      }
    });
    expect(differences(built, changed)).toEqual([]);
  });
});

function sync(database: Database, text: string, online = false) {
  return syncTexts(database, new Map([["all.sql", text]]), { online });
}

async function build(database: Database, files: string, hung: string): Promise<void> {
  await sync(database, files);
  await runScript(database, hung);
}

/** Makes a database to be copied and returns its name; its session ends at once. */
async function template(
  made: FreshDatabase[],
  version: 15 | 18,
  of: string | undefined,
  fill: (database: Database) => Promise<void>,
): Promise<string> {
  const database = await freshDatabase(version, of === undefined ? {} : { template: of });
  made.push(database);
  await fill(database);
  const [row] = await database.query<{ name: string }>("select current_database() as name");
  await database.close();
  if (row === undefined) throw new Error("no current database");
  return row.name;
}

async function within<T>(
  version: 15 | 18,
  copied: string,
  work: (database: FreshDatabase) => Promise<T>,
): Promise<T> {
  const database = await freshDatabase(version, { template: copied });
  try {
    return await work(database);
  } finally {
    await database.drop();
  }
}

/** A new session in which the database's settings hold. */
async function withSettings(
  database: FreshDatabase,
  settings: Readonly<Record<string, string>>,
): Promise<Database> {
  for (const [name, value] of Object.entries(settings)) {
    await database.query(
      `do $$ begin execute format('alter database %I set ${name} = ${value}', current_database()); end $$`,
    );
  }
  if (database.url === null) throw new Error("the embedded database has one session");
  return connectServer({ url: database.url });
}

/** Statements about the whole server, each by itself. */
async function onServer(version: 15 | 18, statements: readonly string[]): Promise<void> {
  const database = await connectServer({ url: serverUrl(version) });
  try {
    for (const statement of statements) await database.query(statement);
  } finally {
    await database.close();
  }
}
