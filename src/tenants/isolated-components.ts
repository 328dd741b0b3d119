/** Whether components for one value of a matrix stay within its schema and the shared ones: what their texts name by a schema. */
import type { DeclaredObject } from "../../graph/declared.ts";
import { describeIdentity } from "../../graph/identity.ts";
import { quoteIdentifier, quoteName } from "../../graph/quote.ts";
import type { Reference } from "../../graph/reference.ts";
import { PlanError, type Problem } from "../../graph/step.ts";
import type { Database } from "../database/database.ts";
import type { LedgerScope } from "../database/scope-snapshots.ts";
import { isStandIn } from "../live/relocate.ts";
import { describeScope } from "./scoped-name.ts";

interface Outside {
  readonly object: DeclaredObject;
  readonly schema: string;
  /** Null: the schema as such, in a function's own search_path, or as the place of what is declared. */
  readonly name: string | null;
  readonly offset: number;
}

/**
 * Throws a PlanError that has every place where a text of `objects` names another schema than the value's own and those of the project's
 * search path, unless it means something that an extension brought along. What a function builds as a text when it runs is not seen.
 */
export async function requireIsolatedComponents(
  database: Database,
  objects: Iterable<DeclaredObject>,
  { name, searchPath }: LedgerScope,
): Promise<void> {
  const allowed = new Set(["pg_catalog", "information_schema", "pg_temp", ...searchPath]);
  const found = [...objects].flatMap((object) => outsideOf(object, allowed));
  if (found.length === 0) return;
  const brought = await broughtByExtensions(database, found);
  const problems = found
    .filter((one) => one.name === null || !brought.has(keyOf(one.schema, one.name)))
    .map(({ object, schema, name: named, offset }): Problem => {
      const what = named === null ? `the schema ${quoteIdentifier(schema)}` : quoteName(schema, named);
      return {
        code: "misplaced-statement",
        message: `${describeIdentity(object.identity)} of ${describeScope(name)} names what is neither its own nor shared: ${what}`,
        component: object.component,
        offset,
        fix: 'name the schema in "searchPath" of migrator.json if it is shared; or leave out --isolated',
      };
    });
  if (problems.length > 0) throw new PlanError(problems);
}

function outsideOf(object: DeclaredObject, allowed: ReadonlySet<string>): readonly Outside[] {
  const isOutside = (schema: string): boolean =>
    schema !== "" && schema !== "$user" && !allowed.has(schema) && !isStandIn(schema);
  const { identity, offset, references, attachments } = object;
  const named = [...references, ...attachments.flatMap((one) => one.references)].flatMap((reference) => {
    const path = (reference.searchPath ?? []).map((schema) => ({ schema, name: null }));
    return [...schemasOf(reference), ...path].map((one) => ({ ...one, object, offset: reference.offset }));
  });
  const own = { object, schema: identity.schema, name: null, offset };
  const places = new Map<string, Outside>();
  for (const one of [own, ...named]) {
    const key = keyOf(one.schema, one.name);
    if (isOutside(one.schema) && !places.has(key)) places.set(key, one);
  }
  return [...places.values()];
}

function schemasOf(
  reference: Reference,
): readonly { readonly schema: string; readonly name: string | null }[] {
  if (reference.kind === "attributes") return [];
  const { schema, name } = reference.kind === "type" ? reference.type : reference;
  return schema === null ? [] : [{ schema, name }];
}

function keyOf(schema: string, name: string | null): string {
  return JSON.stringify([schema, name]);
}

/** Those that an extension has an object of that name for. */
async function broughtByExtensions(
  database: Database,
  named: readonly Outside[],
): Promise<ReadonlySet<string>> {
  const rows = await database.query<{ schema: string; name: string }>(
    `select w.schema, w.name from pg_catalog.json_to_recordset($1::pg_catalog.json) as w(schema text, name text)
       join pg_catalog.pg_namespace n on n.nspname = w.schema
     where exists (select from pg_catalog.pg_depend d where d.deptype = 'e' and (
       (d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass and d.objid in (select oid from pg_catalog.pg_class where relnamespace = n.oid and relname = w.name)) or
       (d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass and d.objid in (select oid from pg_catalog.pg_proc where pronamespace = n.oid and proname = w.name)) or
       (d.classid = 'pg_catalog.pg_type'::pg_catalog.regclass and d.objid in (select oid from pg_catalog.pg_type where typnamespace = n.oid and typname = w.name)) or
       (d.classid = 'pg_catalog.pg_operator'::pg_catalog.regclass and d.objid in (select oid from pg_catalog.pg_operator where oprnamespace = n.oid and oprname = w.name))))`,
    [JSON.stringify(named.map(({ schema, name }) => ({ schema, name })))],
  );
  return new Set(rows.map(({ schema, name }) => keyOf(schema, name)));
}
