/**
 * Nothing is lost on real schemas: attachments hang on a third of their objects, views change their shapes, and all
 * that the catalogs say of what hangs anywhere stays.
 */
import { expect, test } from "vitest";
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
import { type Snapshot, takeSnapshot } from "../../src/snapshot/snapshot.ts";
import { runScript, syncTexts } from "../cases/support/sync-texts.ts";
import { buildTimeout, versionsFor } from "../corpora/build.ts";
import { seededRandom } from "../property/random.ts";
import { freshDatabase } from "../servers/database.ts";
import { decorate } from "./decorate.ts";
import { type ColumnChange, lost } from "./kept.ts";

const everything = process.env.CORPORA === "all";
/** `PIECE=2/5` tries every fifth view, from the second on: all of them take hours. */
const piece = pieceOf(process.env.PIECE ?? "1/1");
const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31));
/** How many changes each schema gets where not all are tried. */
const few = 4;
/** So many changes of one kind are tried in one sync where all are; each alone where something is refused or lost. */
const together = everything ? 40 : 1;

const corpora = sharedFolder("corpora");
if (corpora === null) console.log(`no proof on the corpora: ${missingReason("corpora")}`);
const shapes = sharedFolder("shapes");
if (shapes === null) console.log(`no proof on the shapes: ${missingReason("shapes")}`);

/** The one shape that is small and has materialized views is tried always. */
const triedShapes = shapeNames.filter((name) => everything || name === "mimic-iv");

const timeout = everything ? 14_400_000 : buildTimeout;

for (const [index, name] of corpusNames.entries()) {
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

/** Edits of one kind, all of a column of one name. */
interface Change {
  readonly views: readonly string[];
  readonly edit: EditName;
  readonly column: string | null;
  /** The components that are written anew. */
  readonly written: ReadonlyMap<string, string>;
}

async function prove(schema: Schema, version: 15 | 18): Promise<void> {
  const built = await freshDatabase(version);
  try {
    await runScript(built, schema.base);
    const texts = await syncTexts(built, schema.components, { searchPath: schema.searchPath });
    const changes: Change[] = [];
    for (const [view, edit] of choose(await allViews(built))) {
      const prepared = await prepareEdit(built, schema, texts, view, edit);
      if (prepared !== null) changes.push(changeOf(schema, view, edit, prepared));
    }
    const decorated = await decorate(built, await managedSchemas(built), seed);
    // Nothing has drifted; what hangs there is known by now, so that the changes need not look at all of it again.
    const again = await syncTexts(built, schema.components, { searchPath: schema.searchPath });
    expect(again.result.steps).toEqual([]);
    const before = await takeSnapshot(built);
    const [row] = await built.query<{ readonly name: string }>("select current_database()::text as name");
    await built.close();
    const refused: string[] = [];
    const losses: string[] = [];
    const tryOut = (change: Change) =>
      proveChange(schema, { version, template: row?.name ?? "" }, before, change);
    for (const batch of batches(changes)) {
      const all = batch.length > 1 ? await tryOut(joined(batch)) : null;
      if (all !== null && all.refused === null && all.lost.length === 0) continue;
      for (const change of batch) {
        const proof = await tryOut(change);
        if (proof.refused !== null) refused.push(`${proof.what}: ${proof.refused}`);
        losses.push(...proof.lost.map((loss) => `${proof.what}: ${loss}`));
      }
    }
    console.log(
      `${schema.name}: ${decorated} objects with attachments, ${changes.length} changes, ${refused.length} refused; SEED=${seed}`,
    );
    for (const reason of refused) console.log(`  ${reason}`);
    expect(losses, `SEED=${seed}`).toEqual([]);
    // Few may meet functions whose text names the column; what is appended never does.
    expect(refused.length).toBeLessThan(everything ? changes.length / 2 : changes.length);
  } finally {
    await built.drop();
  }
}

/** All changes of all views, or the same number of each kind, on views that something needs where there are any. */
function choose(views: readonly DependedView[]): readonly (readonly [DependedView, EditName])[] {
  if (everything)
    return views
      .filter((_, i) => i % piece.of === piece.number - 1)
      .flatMap((view) => editNames.map((edit) => [view, edit] as const));
  const random = seededRandom(seed);
  const needed = views.filter((view) => view.closure > 1);
  const from = needed.length > 0 ? needed : views;
  return Array.from({ length: few }, (_, i) => [
    random.pick(from),
    editNames[i % editNames.length] ?? "appended",
  ]);
}

function changeOf(schema: Schema, view: DependedView, edit: EditName, prepared: PreparedEdit): Change {
  const written = new Map(
    [...prepared.components].filter(([path, text]) => schema.components.get(path) !== text),
  );
  return { views: [`${view.schema}.${view.name}`], edit, column: prepared.column, written };
}

/** Changes that write different files, and of which `columnChange` is the same. */
function batches(changes: readonly Change[]): readonly (readonly Change[])[] {
  const made: Change[][] = [];
  for (const change of changes) {
    const { old, fresh } = columnChange(change.edit, change.column);
    const fits = made.find((batch) => {
      const [first] = batch;
      if (first === undefined || first.edit !== change.edit || batch.length >= together) return false;
      const like = columnChange(first.edit, first.column);
      return (
        like.old === old &&
        like.fresh === fresh &&
        batch.every(({ written }) => ![...change.written.keys()].some((path) => written.has(path)))
      );
    });
    if (fits === undefined) made.push([change]);
    else fits.push(change);
  }
  return made;
}

function joined(batch: readonly Change[]): Change {
  const [first] = batch;
  if (first === undefined) throw new Error("a batch without a change");
  return {
    ...first,
    views: batch.flatMap(({ views }) => views),
    written: new Map(batch.flatMap(({ written }) => [...written])),
  };
}

async function managedSchemas(database: Database): Promise<readonly string[]> {
  const rows = await database.query<{ readonly name: string }>(
    `select distinct n.nspname::text as name from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
     where c.relkind in ('v', 'm') and n.nspname !~ '^pg_' and n.nspname not in ('information_schema', 'migrator') order by 1`,
  );
  return rows.map((row) => row.name);
}

interface Proof {
  /** Schema, view, column and edit. */
  readonly what: string;
  /** Null, or why the tool refused the change; then everything must be as before. */
  readonly refused: string | null;
  readonly lost: readonly string[];
}

async function proveChange(
  schema: Schema,
  { version, template }: { readonly version: 15 | 18; readonly template: string },
  before: Snapshot,
  { views, edit, column, written }: Change,
): Promise<Proof> {
  const database = await freshDatabase(version, { template });
  const what = `${schema.name}: ${views.join(", ")}: column ${column ?? "at the end"} ${edit}`;
  try {
    const { result } = await syncTexts(database, new Map([...schema.components, ...written]), {
      searchPath: schema.searchPath,
    });
    const now = await takeSnapshot(database);
    const change = columnChange(edit, column);
    return { what, refused: null, lost: lost(before, now, result.steps, change) };
  } catch (error) {
    if (!(error instanceof MigratorError)) throw new Error(what, { cause: error });
    const now = await takeSnapshot(database);
    const refused = error.diagnostics.map((one) => `${one.code}: ${one.message}`).join("; ");
    return { what, refused, lost: lost(before, now, [], { old: null, fresh: null }) };
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

function pieceOf(text: string): { readonly number: number; readonly of: number } {
  const [number = 0, of = 0] = text.split("/").map(Number);
  if (!(number >= 1 && number <= of)) throw new Error(`PIECE: ${text} is none of 1/5 to 5/5, for example`);
  return { number, of };
}
