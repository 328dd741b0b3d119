/** Imports what a database has and holds the files against it, and against a database that is built from them. */
import { expect } from "vitest";
import { identityKey } from "../../graph/identity.ts";
import type { Database } from "../../src/database/database.ts";
import { readExisting } from "../../src/import/existing-objects.ts";
import { type Imported, importedFiles } from "../../src/import/imported-files.ts";
import { catalogState } from "../cases/support/catalog-state.ts";
import { describePlan } from "../cases/support/run-case.ts";
import { runScript, type SyncTexts, syncTexts } from "../cases/support/sync-texts.ts";

export interface RoundTrip {
  readonly base: string;
  readonly searchPath: readonly string[];
  /** A database with `base` and more. */
  readonly source: Database;
  /** An empty one. */
  readonly fresh: Database;
}

/** All of a database's objects with owners and grants. */
export async function importAll(database: Database): Promise<Imported> {
  const existing = await readExisting(database, { schema: "migrator", project: "imported" }, null);
  const options = { owners: true, grants: true, defaults: existing.defaults };
  return importedFiles(existing.objects, options, () => true);
}

interface RoundTripped extends Imported {
  /** Objects whose definition PostgreSQL prints otherwise in the database built from the files. */
  readonly printedOtherwise: readonly string[];
}

/** Returns what was imported. The ledger of the source goes. */
export async function expectRoundTrip(trip: RoundTrip): Promise<RoundTripped> {
  const { base, searchPath, source, fresh } = trip;
  await source.batch(["set client_min_messages = warning", "drop schema if exists migrator cascade"]);
  const imported = await importAll(source);
  const texts = new Map(imported.files.map(({ component, text }) => [component, text]));
  const options: SyncTexts = { searchPath, project: "imported" };
  const first = await syncTexts(source, texts, options);
  expect(describePlan(first.result), "a sync of the imported files plans nothing").toBe("nothing to do\n");
  const declared = imported.files.flatMap(({ identities }) => identities.map(identityKey));
  expect([...first.desired.objects.keys()].sort()).toEqual([...declared].sort());
  const second = await syncTexts(source, texts, options);
  expect(second.result.changes, "and remembers that").toEqual([]);

  await runScript(fresh, base);
  const built = await syncTexts(fresh, texts, options);
  const again = await syncTexts(fresh, texts, options);
  expect(describePlan(again.result)).toBe("nothing to do\n");
  const sourceState = await catalogState(source, first.desired);
  const builtState = await catalogState(fresh, built.desired);
  const otherwise = printedOtherwise(sourceState, builtState);
  expect(withoutDefinitions(builtState, otherwise), "a build of the files equals the source").toEqual(
    withoutDefinitions(sourceState, otherwise),
  );
  return { ...imported, printedOtherwise: otherwise };
}

type State = Readonly<Record<string, unknown>>;

/** The objects whose printed text PostgreSQL prints otherwise once it was read again: all else of them must be equal. */
function printedOtherwise(source: State, built: State): readonly string[] {
  return Object.keys(source).filter((key) => definitionOf(source[key]) !== definitionOf(built[key]));
}

function definitionOf(object: unknown): string {
  return (object as { readonly definition?: { readonly sql: string } } | undefined)?.definition?.sql ?? "";
}

function withoutDefinitions(state: State, some: readonly string[]): State {
  return Object.fromEntries(
    Object.entries(state).map(([key, object]) => [
      key,
      some.includes(key) ? { ...(object as object), definition: null } : object,
    ]),
  );
}
