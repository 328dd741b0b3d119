/** What of an earlier build still fits what a rehearsal asks for, and what has to go. */
import type { Identity } from "../../../graph/identity.ts";
import type { LiveObject } from "../../../graph/live.ts";
import {
  type IndexToBuild,
  indexToBuildKey,
  type Prepared,
  type PreparedIndex,
} from "../../../graph/plan/beside.ts";
import type { Reached } from "../../../graph/plan/built-beside.ts";
import { comparablePart } from "../../../graph/plan/prepared.ts";
import type { Database } from "../../database/database.ts";
import { inspectIdentities } from "../../database/introspect.ts";
import { readLedger } from "../../database/ledger.ts";
import type { PreparedRow } from "../../database/prepared-rows.ts";
import { readMeaning } from "../../database/reached.ts";
import { catalogPath } from "../../database/search-path.ts";
import type { SyncInput } from "../sync.ts";
import type { Lesson } from "./learn.ts";

/** The text that the ledger keeps of an object: what it is to be, and by name what it needs. */
export function targetText(live: LiveObject, needs: readonly string[]): string {
  return JSON.stringify({ live, needs });
}

export function targetOf({ target }: PreparedRow): {
  readonly live: LiveObject;
  readonly needs: readonly string[];
} {
  return JSON.parse(target) as { live: LiveObject; needs: readonly string[] };
}

/** Those that must be built together, because they need one another: each group's keys. */
export function groupsOf(built: ReadonlySet<string>, { needs }: Reached): readonly (readonly string[])[] {
  const group = new Map([...built].map((key) => [key, new Set([key])]));
  const join = (a: string, b: string) => {
    const [one, other] = [group.get(a), group.get(b)];
    if (one === undefined || other === undefined || one === other) return;
    for (const key of other) {
      one.add(key);
      group.set(key, one);
    }
  };
  // The way from one to the other may lead over types.
  for (const key of built) {
    const seen = new Set<string>();
    const waiting = [...(needs.get(key) ?? [])];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      if (seen.has(next)) continue;
      seen.add(next);
      if (built.has(next)) join(key, next);
      else waiting.push(...(needs.get(next) ?? []));
    }
  }
  return [...new Set(group.values())].map((keys) => [...keys].sort());
}

export interface Standing {
  /** Rows that are taken up. */
  readonly rows: readonly PreparedRow[];
  /** Rows that fit no more. */
  readonly outdated: readonly PreparedRow[];
}

/** In a transaction: what the ledger has, held against the lesson. */
export async function findStanding(input: SyncInput, lesson: Lesson): Promise<Standing> {
  const { database, ledgerSchema, project } = input;
  await database.batch(["begin", catalogPath]);
  const ledger = await readLedger(database, ledgerSchema, project);
  const all = ledger?.prepared ?? [];
  const fitting = new Set<PreparedRow>();
  if (all.length > 0) {
    const olds = await readOlds(database, lesson);
    for (const keys of groupsOf(lesson.built, lesson.reached)) {
      const rows = keys.map((key) => all.filter((row) => row.key === key));
      const only = rows.flatMap((some) => (some.length === 1 ? some : []));
      if (only.length < keys.length || !only.every((row) => fits(row, lesson, olds.get(row.key) ?? null)))
        continue;
      const inputs = await meaningOf(database, only);
      if (only.every((row) => row.inputs === inputs)) for (const row of only) fitting.add(row);
    }
    for (const index of lesson.planned?.indexes ?? []) {
      const row = all.filter(({ key }) => key === indexKey(index));
      const [one] = row;
      if (row.length === 1 && one !== undefined && indexFits(one, index)) fitting.add(one);
    }
  }
  await database.batch(["rollback"]);
  return { rows: all.filter((row) => fitting.has(row)), outdated: all.filter((row) => !fitting.has(row)) };
}

function fits(row: PreparedRow, { preparation, reached }: Lesson, old: string | null): boolean {
  const target = preparation.targets.get(row.key);
  if (row.named === null || target === undefined || row.old !== old) return false;
  const { live, needs } = targetOf(row);
  return (
    comparablePart(live) === comparablePart(target) &&
    JSON.stringify(needs) === JSON.stringify(reached.needs.get(row.key) ?? [])
  );
}

function indexFits(row: PreparedRow, index: IndexToBuild): boolean {
  return row.named !== null && row.complete && row.target === indexText(index);
}

export function indexKey({ identity, attachment }: IndexToBuild): string {
  return indexToBuildKey(identity, attachment);
}

export function indexText({ definition, unique, tablespace }: IndexToBuild): string {
  return JSON.stringify({ definition, unique, tablespace });
}

export async function meaningOf(
  database: Database,
  rows: readonly Pick<PreparedRow, "catalog" | "oid">[],
): Promise<string> {
  return readMeaning(
    database,
    rows.flatMap(({ catalog, oid }) => (catalog === null ? [] : [{ catalog, oid }])),
  );
}

/** What each object is built beside now, in the words of `Prepared`, by key. */
async function readOlds(database: Database, { preparation }: Lesson): Promise<ReadonlyMap<string, string>> {
  const identities: { readonly key: string; readonly identity: Identity }[] = [...preparation.targets].map(
    ([key, { identity }]) => ({ key, identity: preparation.predecessors.get(key)?.identity ?? identity }),
  );
  const inspection = inspectIdentities(identities.map(({ identity }) => identity));
  const found = inspection.read(await database.batch(inspection.statements));
  return new Map(
    identities.flatMap(({ key }, i) => {
      const live = found[i];
      return live === null || live === undefined ? [] : [[key, comparablePart(live)] as const];
    }),
  );
}

/** What the plan is told of the rows. */
export function preparedOf(rows: readonly PreparedRow[], lesson: Lesson) {
  const objects = rows.filter(({ key }) => lesson.built.has(key));
  const prepared = new Map(
    objects.map((row): [string, Prepared] => [
      row.key,
      { scratch: row.scratch, old: row.old, target: targetOf(row).live },
    ]),
  );
  const indexes = new Map(
    (lesson.planned?.indexes ?? []).flatMap((index): [string, PreparedIndex][] => {
      const row = rows.find(({ key }) => key === indexKey(index));
      return row === undefined
        ? []
        : [[row.key, { schema: row.schema, scratch: row.scratch, name: index.name }]];
    }),
  );
  return { prepared, indexes };
}
