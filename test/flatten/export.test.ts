/** What is exported builds a database with the same catalogs, and is exported again as the same text. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { corpusNames, readCorpus } from "../../bench/schemas/corpus.ts";
import { missingReason, sharedFolder } from "../../bench/schemas/shared-folder.ts";
import { shapeDatabase } from "../../bench/shapes/database.ts";
import { readShape, shapeNames } from "../../bench/shapes/shape.ts";
import type { Database } from "../../src/database/database.ts";
import { exportDatabase } from "../../src/flatten/export-database.ts";
import { stateDifferences, wholeState } from "../../src/snapshot/whole-state.ts";
import { runScript, syncTexts } from "../cases/support/sync-texts.ts";
import { buildTimeout, versionsFor } from "../corpora/build.ts";
import { EVERYWHERE, freshDatabase, type Where } from "../servers/database.ts";

const corpora = sharedFolder("corpora");
if (corpora === null) console.log(`no exports of the corpora: ${missingReason("corpora")}`);
const shapes = sharedFolder("shapes");
if (shapes === null) console.log(`no exports of the shapes: ${missingReason("shapes")}`);
const everything = process.env.CORPORA === "all";
const triedShapes = shapeNames.filter((name) => everything || name === "mimic-iv");

async function exportedText(database: Database): Promise<readonly string[]> {
  const { nodes } = await exportDatabase(database, {
    ledgerSchema: "migrator",
    project: "test",
    more: async () => [],
    inFiles: async () => [],
  });
  return nodes.flatMap(({ sql }) => sql);
}

async function same(where: Where, fill: (database: Database) => Promise<void>): Promise<void> {
  const first = await freshDatabase(where);
  const second = await freshDatabase(where);
  try {
    await fill(first);
    const sql = await exportedText(first);
    await second.batch(["begin", "set local check_function_bodies = off", ...sql, "commit"]);
    const [wanted, found] = [
      await wholeState(first, "migrator", []),
      await wholeState(second, "migrator", []),
    ];
    expect(wanted.snapshot.size).toBeGreaterThan(10);
    expect(
      stateDifferences(wanted, found, (_, fact) => !/atthasmissing|attmissingval/.test(fact)).filter(
        (line) => !line.startsWith("reached: ") && !line.startsWith("setting: "),
      ),
    ).toEqual([]);
    expect(await exportedText(second)).toEqual(sql);
  } finally {
    await first.drop();
    await second.drop();
  }
}

describe.each(EVERYWHERE.filter((where) => where === "embedded" || where >= 15))("on %s", (where) => {
  test("every class of objects", { timeout: buildTimeout }, async () => {
    await same(where, (database) =>
      runScript(database, readFileSync(join(import.meta.dirname, "everything.sql"), "utf8")),
    );
  });
});

for (const [index, name] of corpusNames.entries()) {
  test.skipIf(corpora === null).each(versionsFor(index))(
    `${name} on %s`,
    { timeout: buildTimeout },
    async (version) => {
      const schema = readCorpus(corpora ?? "", name);
      await same(version, async (database) => {
        await runScript(database, schema.base);
        await syncTexts(database, schema.components, { searchPath: schema.searchPath });
      });
    },
  );
}

for (const [index, name] of triedShapes.entries()) {
  test.skipIf(shapes === null).each(versionsFor(index))(
    `the shape of ${name} on %s`,
    { timeout: buildTimeout },
    async (version) => {
      const schema = shapeDatabase(readShape(shapes ?? "", name));
      await same(version, async (database) => {
        await runScript(database, schema.base);
        await syncTexts(database, schema.components, { searchPath: schema.searchPath });
      });
    },
  );
}
