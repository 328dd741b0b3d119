/**
 * What unqualified names of the components will mean once a sync has run: types and relations of the database, without
 * the project's own views that no component declares any more, because those go.
 */
import type { ParsedComponent } from "../../graph/declared.ts";
import { isRelation } from "../../graph/identity.ts";
import { quoteIdentifier, quoteName } from "../../graph/quote.ts";
import type { Database } from "../database/database.ts";
import { readAppliedRelations } from "../database/ledger-rows.ts";
import { readRelationsNamed, readTypeNames } from "../database/type-names.ts";
import { type NamedRelation, relationNames, type TypeNames, withDeclaredTypes } from "./assemble.ts";

export interface Meanings {
  readonly types: TypeNames;
  readonly relations: readonly NamedRelation[];
}

export interface MeaningsInput {
  readonly database: Database;
  readonly searchPath: readonly string[];
  readonly project: string;
  readonly ledgerSchema: string;
  /** Everything that is declared. */
  readonly components: readonly ParsedComponent[];
  /** The components whose relation names are asked for. */
  readonly asking: readonly ParsedComponent[];
  /** The type names asked for, as `unsettledTypes` says them. */
  readonly types: ReadonlySet<string>;
  readonly untracked: (component: string) => boolean;
  /** The scopes whose components these are; left out: the shared one. */
  readonly scopes?: readonly string[];
  /** True where a transaction is open. */
  readonly within?: boolean;
  /** False for a run that drops nothing: then the database's own answer holds. */
  readonly whole: boolean;
}

export async function readMeanings(input: MeaningsInput): Promise<Meanings> {
  const { database, searchPath, types: asked } = input;
  const known = await readTypeNames(database, searchPath, [...asked], input.within);
  const names = relationNames(input.asking);
  const found = await readRelationsNamed(database, searchPath, names, input.within);
  const goes = await vanishing(input, known, found);
  const types = new Map(known);
  for (const name of asked) await passOver(input, goes, types, name);
  return {
    types: asked.size === 0 ? types : withDeclaredTypes(types, input.components, asked, searchPath),
    relations: found.filter(({ schema, name }) => !goes.has(quoteName(schema, name))),
  };
}

/** Qualified names of the project's views that the names would mean, and that no component declares. */
async function vanishing(
  input: MeaningsInput,
  types: TypeNames,
  relations: readonly NamedRelation[],
): Promise<ReadonlySet<string>> {
  const { database, searchPath } = input;
  // With one schema nothing stands behind what goes.
  if (!input.whole || searchPath.length < 2) return new Set();
  const declared = new Set<string>();
  for (const { objects } of input.components) {
    for (const { identity } of objects)
      if (isRelation(identity)) declared.add(quoteName(identity.schema, identity.name));
  }
  const names = new Set([
    ...[...types].filter(([written]) => unqualified(written)).map(([, meant]) => meant),
    ...relations.map(({ schema, name }) => quoteName(schema, name)),
  ]);
  const candidates = [...names].filter((name) => !declared.has(name));
  if (candidates.length === 0) return new Set();
  const { ledgerSchema, project, scopes } = input;
  const applied = await readAppliedRelations(database, ledgerSchema, project, candidates, scopes);
  return new Set(
    applied
      .filter((one) => !input.untracked(one.component))
      .map(({ schema, name }) => quoteName(schema, name)),
  );
}

/** Asks again in the schemas behind the one whose view goes. */
async function passOver(
  { database, searchPath, within }: MeaningsInput,
  goes: ReadonlySet<string>,
  types: Map<string, string>,
  written: string,
): Promise<void> {
  if (!unqualified(written)) return;
  for (let meant = types.get(written); meant !== undefined && goes.has(meant); meant = types.get(written)) {
    const goesWith = meant;
    const at = searchPath.findIndex((schema) => goesWith === `${quoteIdentifier(schema)}.${written}`);
    types.delete(written);
    const rest = searchPath.slice(at + 1);
    if (at === -1 || rest.length === 0) return;
    for (const [name, type] of await readTypeNames(database, rest, [written], within)) types.set(name, type);
  }
}

/** A bare type name; a column's type is looked up in its relation, which fails with a message of its own. */
function unqualified(written: string): boolean {
  return /^(?:"(?:[^"]|"")+"|[^".]+)$/.test(written);
}
