/**
 * Nothing is lost on real schemas: attachments hang on a third of their objects, views change their shapes, and all
 * that the catalogs say of what hangs anywhere stays.
 */
import { describe, expect, test } from "vitest";
import { type EditName, editNames } from "../../bench/closures/edits.ts";
import { type PreparedEdit, prepareEdit, renamedColumn } from "../../bench/closures/prepare-edit.ts";
import { allViews, type DependedView } from "../../bench/closures/views.ts";
import { corpusNames, readCorpus } from "../../bench/schemas/corpus.ts";
import type { Schema } from "../../bench/schemas/schema.ts";
import { missingReason, sharedFolder } from "../../bench/schemas/shared-folder.ts";
import { shapeDatabase } from "../../bench/shapes/database.ts";
import { readShape, shapeNames } from "../../bench/shapes/shape.ts";
import { MigratorError } from "../../graph/diagnostic.ts";
import type { Database } from "../../src/database/database.ts";
import { runScript, syncTexts } from "../cases/support/sync-texts.ts";
import { buildTimeout } from "../corpora/build.ts";
import { seededRandom } from "../property/random.ts";
import { freshDatabase } from "../servers/database.ts";
import { decorate } from "./decorate.ts";
import { type ColumnChange, lost } from "./kept.ts";
import { type Snapshot, takeSnapshot } from "./snapshot.ts";

const everything = process.env.CORPORA === "all";
const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31));
/** How many changes each schema gets where not all are tried. */
const few = 4;

const corpora = sharedFolder("corpora");
if (corpora === null) console.log(`no proof on the corpora: ${missingReason("corpora")}`);
const shapes = sharedFolder("shapes");
if (shapes === null) console.log(`no proof on the shapes: ${missingReason("shapes")}`);

/** The one shape that is small and has materialized views is tried always. */
const triedShapes = shapeNames.filter((name) => everything || name === "mimic-iv");

describe.skipIf(corpora === null)("corpora", () => {
  test.each(corpusNames)("%s", { timeout: everything ? 3_600_000 : buildTimeout }, async (name) => {
    await prove(readCorpus(corpora ?? "", name));
  });
});

describe.skipIf(shapes === null)("shapes", () => {
  test.each(triedShapes)("%s", { timeout: everything ? 3_600_000 : buildTimeout }, async (name) => {
    await prove(shapeDatabase(readShape(shapes ?? "", name)));
  });
});

interface Change {
  readonly view: string;
  readonly edit: EditName;
  readonly prepared: PreparedEdit;
}

async function prove(schema: Schema): Promise<void> {
  const built = await freshDatabase(18);
  try {
    await runScript(built, schema.base);
    const texts = await syncTexts(built, schema.components, { searchPath: schema.searchPath });
    const changes: Change[] = [];
    for (const [view, edit] of choose(await allViews(built))) {
      const prepared = await prepareEdit(built, schema, texts, view, edit);
      if (prepared !== null) changes.push({ view: `${view.schema}.${view.name}`, edit, prepared });
    }
    const decorated = await decorate(built, await managedSchemas(built), seed);
    // Nothing has drifted; what hangs there is known by now, so that the changes need not look at all of it again.
    const again = await syncTexts(built, schema.components, { searchPath: schema.searchPath });
    expect(again.result.steps).toEqual([]);
    const before = await takeSnapshot(built);
    const [row] = await built.query<{ readonly name: string }>("select current_database()::text as name");
    await built.close();
    const refused: string[] = [];
    for (const change of changes) {
      const refusal = await proveChange(schema, row?.name ?? "", before, change);
      if (refusal !== null) refused.push(refusal);
    }
    console.log(
      `${schema.name}: ${decorated} objects with attachments, ${changes.length} changes, ${refused.length} refused; SEED=${seed}`,
    );
    for (const reason of refused) console.log(`  ${reason}`);
    expect(refused.length).toBeLessThan(changes.length / 2);
  } finally {
    await built.drop();
  }
}

/** All changes of all views, or the same number of each kind, on views that something needs where there are any. */
function choose(views: readonly DependedView[]): readonly (readonly [DependedView, EditName])[] {
  if (everything) return views.flatMap((view) => editNames.map((edit) => [view, edit] as const));
  const random = seededRandom(seed);
  const needed = views.filter((view) => view.closure > 1);
  const from = needed.length > 0 ? needed : views;
  return Array.from({ length: few }, (_, i) => [
    random.pick(from),
    editNames[i % editNames.length] ?? "appended",
  ]);
}

async function managedSchemas(database: Database): Promise<readonly string[]> {
  const rows = await database.query<{ readonly name: string }>(
    `select distinct n.nspname::text as name from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
     where c.relkind in ('v', 'm') and n.nspname !~ '^pg_' and n.nspname not in ('information_schema', 'migrator') order by 1`,
  );
  return rows.map((row) => row.name);
}

/** Null, or why the tool refused the change; then everything must be as before. */
async function proveChange(
  schema: Schema,
  template: string,
  before: Snapshot,
  { view, edit, prepared }: Change,
): Promise<string | null> {
  const database = await freshDatabase(18, { template });
  const what = `${schema.name}: ${view}: column ${prepared.column ?? "at the end"} ${edit}`;
  try {
    const { result } = await syncTexts(database, prepared.components, { searchPath: schema.searchPath });
    const after = await takeSnapshot(database);
    expect(
      lost(before, after, result.steps, columnChange(edit, prepared.column)),
      `${what}; SEED=${seed}`,
    ).toEqual([]);
    return null;
  } catch (error) {
    if (!(error instanceof MigratorError)) throw error;
    const same = { old: null, fresh: null };
    expect(lost(before, await takeSnapshot(database), [], same), `${what}, refused; SEED=${seed}`).toEqual(
      [],
    );
    return `${what}: ${error.diagnostics.map((one) => `${one.code}: ${one.message}`).join("; ")}`;
  } finally {
    await database.drop();
  }
}

function columnChange(edit: EditName, column: string | null): ColumnChange {
  switch (edit) {
    case "appended":
      return { old: null, fresh: "bench_appended" };
    case "renamed":
      return { old: column, fresh: renamedColumn };
    case "removed":
      return { old: column, fresh: null };
    case "retyped":
      return { old: null, fresh: null };
  }
}
