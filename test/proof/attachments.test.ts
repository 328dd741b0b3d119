/**
 * Nothing is lost: a schema with every attachment there is, changed in every way. The catalogs must say the same
 * afterwards as those of a database that was built from the new files at once and got the same attachments then.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { connectServer } from "../../src/database/server.ts";
import { runScript, syncTexts } from "../cases/support/sync-texts.ts";
import { freshDatabase, serverUrl } from "../servers/database.ts";
import { differences } from "./differences.ts";
import { edits, replaced } from "./edits.ts";
import { type Snapshot, takeSnapshot } from "./snapshot.ts";

const schemaText = (name: string) => readFileSync(join(import.meta.dirname, "schema", name), "utf8");
const base = schemaText("base.sql");
const components = schemaText("components.sql");
const attachments = schemaText("attachments.sql");

describe.each([15, 18] as const)("on %s", (version) => {
  beforeAll(async () => {
    await onServer(version, [
      "set allow_in_place_tablespaces = on",
      "create tablespace proof_space location ''",
    ]);
  });
  afterAll(async () => {
    await onServer(version, ["drop tablespace proof_space"]);
  });

  test.each(edits)("$name", async (edit) => {
    const after = replaced(components, edit.components);
    const hung = replaced(attachments, edit.attachments ?? []);
    const built = await snapshotOf(version, [after, hung]);
    const changed = await snapshotOf(version, [components, attachments], after);
    expect(differences(built, changed)).toEqual([]);
  });
});

/** Builds from files, hangs the attachments on, and syncs to other files where there are some. */
async function snapshotOf(
  version: 15 | 18,
  [files, hung]: readonly [string, string],
  after?: string,
): Promise<Snapshot> {
  const database = await freshDatabase(version);
  try {
    await runScript(database, base);
    await syncTexts(database, new Map([["all.sql", files]]));
    await runScript(database, hung);
    if (after === undefined) return await takeSnapshot(database);
    const texts = new Map([["all.sql", after]]);
    await syncTexts(database, texts);
    const snapshot = await takeSnapshot(database);
    expect((await syncTexts(database, texts)).result.steps).toEqual([]);
    return snapshot;
  } finally {
    await database.drop();
  }
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
