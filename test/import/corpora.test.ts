/** Real projects' schemas: imported, synced with nothing to do, and built again from the imported files. */
import { beforeAll, describe, expect, test } from "vitest";
import { corpusNames, readCorpus } from "../../bench/schemas/corpus.ts";
import { pgtap } from "../../bench/schemas/pgtap.ts";
import type { Schema } from "../../bench/schemas/schema.ts";
import { missingReason, sharedFolder } from "../../bench/schemas/shared-folder.ts";
import { informationSchema, systemViews } from "../../bench/schemas/system.ts";
import { shapeDatabase } from "../../bench/shapes/database.ts";
import { readShape, shapeNames } from "../../bench/shapes/shape.ts";
import { loadParser } from "../../src/sql/parse-component.ts";
import { runScript, syncTexts } from "../cases/support/sync-texts.ts";
import { buildTimeout, versionsFor } from "../corpora/build.ts";
import { freshDatabase } from "../servers/database.ts";
import { expectRoundTrip } from "./round-trip.ts";

beforeAll(loadParser);

const timeout = { timeout: 2 * buildTimeout };
const corpora = sharedFolder("corpora");
const shapes = sharedFolder("shapes");
if (corpora === null) console.log(`the corpora are not imported: ${missingReason("corpora")}`);
if (shapes === null) console.log(`the shapes are not imported: ${missingReason("shapes")}`);

/** All of them with CORPORA=all. */
const some = shapeNames.filter(
  (name) => process.env.CORPORA === "all" || ["xtuple", "gnumed"].includes(name),
);

/** `mostOtherwise`: how many objects PostgreSQL may print otherwise once their text was read again. */
async function roundTrip(schema: Schema, version: 15 | 18, mostOtherwise = 0): Promise<void> {
  const source = await freshDatabase(version);
  const fresh = await freshDatabase(version);
  try {
    await runScript(source, schema.base);
    const { desired } = await syncTexts(source, schema.components, { searchPath: schema.searchPath });
    const { base, searchPath } = schema;
    const { files, printedOtherwise } = await expectRoundTrip({ base, searchPath, source, fresh });
    expect(printedOtherwise.length).toBeLessThanOrEqual(mostOtherwise);
    expect(files.flatMap(({ identities }) => identities).length).toBeGreaterThanOrEqual(desired.objects.size);
  } finally {
    await source.drop();
    await fresh.drop();
  }
}

for (const [index, name] of corpusNames.entries()) {
  describe.skipIf(corpora === null).each(versionsFor(index))("%s", (version) => {
    test(name, timeout, () => roundTrip(readCorpus(corpora ?? "", name), version));
  });
}

for (const [index, name] of some.entries()) {
  describe.skipIf(shapes === null).each(versionsFor(index))("%s", (version) => {
    test(`a database of the shape of ${name}`, timeout, () =>
      roundTrip(shapeDatabase(readShape(shapes ?? "", name)), version),
    );
  });
}

describe.each(versionsFor(0))("%s", (version) => {
  test("the information schema", timeout, () => roundTrip(informationSchema(version), version, 10));
  test("the system views", timeout, () => roundTrip(systemViews(version), version));
});

describe.each(versionsFor(1))("%s", (version) => {
  test("pgTAP", timeout, () => roundTrip(pgtap(), version));
});
