/**
 * Real schemas: random edits become migrations. A database that is built by them equals, by every catalog, a live one that
 * follows the files, and the ways back lead through every state to what was there before the components. All of them with
 * CORPORA=all.
 */
import { expect, test } from "vitest";
import { corpusNames, readCorpus } from "../../bench/schemas/corpus.ts";
import type { Schema } from "../../bench/schemas/schema.ts";
import { missingReason, sharedFolder } from "../../bench/schemas/shared-folder.ts";
import { shapeDatabase } from "../../bench/shapes/database.ts";
import { readShape, shapeNames } from "../../bench/shapes/shape.ts";
import { differences } from "../../src/snapshot/differences.ts";
import { type Snapshot, takeSnapshot } from "../../src/snapshot/snapshot.ts";
import { runScript, syncTexts } from "../cases/support/sync-texts.ts";
import { versionsFor } from "../corpora/build.ts";
import { seededRandom } from "../property/random.ts";
import { freshDatabase, serverUrl } from "../servers/database.ts";
import { MigrationsProject } from "./support/project.ts";
import { editRandomly } from "./support/random-edits.ts";
import { applyPending, pinnedBuilds, revertLast } from "./support/targets.ts";

const everything = process.env.CORPORA === "all";
const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31));
/** Migrations of so many edits each: twenty edits where all is tried. */
const rounds = everything ? 5 : 2;
const editsEach = 4;
const timeout = everything ? 14_400_000 : 300_000;

const corpora = sharedFolder("corpora");
if (corpora === null) console.log(`no migrations of the corpora: ${missingReason("corpora")}`);
const shapes = sharedFolder("shapes");
if (shapes === null) console.log(`no migrations of the shapes: ${missingReason("shapes")}`);

const triedCorpora = corpusNames.filter((name) => everything || name !== "postgrest");
const triedShapes = shapeNames.filter(() => everything);
if (!everything) console.log("without postgrest and the shapes: all with CORPORA=all");

for (const [index, name] of triedCorpora.entries()) {
  test.skipIf(corpora === null).each(versionsFor(index))(`${name} on %s`, { timeout }, async (version) => {
    await prove(readCorpus(corpora ?? "", name), version);
  });
}

for (const [index, name] of triedShapes.entries()) {
  test.skipIf(shapes === null).each(versionsFor(index))(
    `the shape of ${name} on %s`,
    { timeout },
    async (version) => {
      await prove(shapeDatabase(readShape(shapes ?? "", name)), version);
    },
  );
}

/** Without the triggers of foreign keys, whose names are numbers of the database. */
function unlike(before: Snapshot, after: Snapshot): readonly string[] {
  return differences(before, after, (object) => !object.includes("RI_ConstraintTrigger_"));
}

async function prove(schema: Schema, version: 15 | 18): Promise<void> {
  const { searchPath } = schema;
  const random = seededRandom(seed);
  const project = new MigrationsProject({ searchPath, shadow: serverUrl(version) });
  const live = await freshDatabase(version);
  const migrated = await freshDatabase(version);
  const said: string[] = [];
  const write = async (name: string, components: Schema["components"]) => {
    project.writeComponents(components);
    const started = performance.now();
    const id = await project.newMigration(name, "--changed");
    expect(id, "a migration is written").not.toBeNull();
    said.push(`${id}: ${Math.round(performance.now() - started)} ms`);
    await applyPending(project.folder, migrated);
  };
  try {
    await runScript(live, schema.base);
    project.writeMigration("base", schema.base);
    await applyPending(project.folder, migrated);
    /** Before the components, behind them and behind each round. */
    const states = [await takeSnapshot(migrated)];
    let files = { schema, synced: await syncTexts(live, schema.components, { searchPath }) };
    for (let round = 0; round <= rounds; round++) {
      if (round > 0) files = await editRandomly(live, files, random, editsEach, said);
      await write(round === 0 ? "components" : `round-${round}`, files.schema.components);
      const state = await takeSnapshot(migrated);
      expect(unlike(await takeSnapshot(live), state)).toEqual([]);
      states.push(state);
    }
    expect(await project.newMigration("again", "--changed"), "there is nothing more to write").toBeNull();
    for (const [index, then] of [...states.slice(0, -1).entries()].reverse()) {
      await revertLast(project.folder, migrated);
      expect(unlike(then, await takeSnapshot(migrated)), `back before migration ${index + 1}`).toEqual([]);
    }
    await applyPending(project.folder, migrated);
    expect(unlike(await takeSnapshot(live), await takeSnapshot(migrated)), "up again").toEqual([]);
    const builds = await pinnedBuilds(project.folder);
    project.writeComponents(new Map());
    expect(await pinnedBuilds(project.folder)).toEqual(builds);
    await project.run("pin", "check");
    console.log([`${schema.name}: SEED=${seed}`, ...said].join("\n  "));
  } catch (error) {
    throw new Error([`${schema.name} on ${version}: SEED=${seed}`, ...said].join("\n  "), { cause: error });
  } finally {
    await live.drop();
    await migrated.drop();
  }
}
