/** The statements that make or replace an object as its component declares it, the ALTERs that belong to it included. */
import type { Definition } from "../definition.ts";
import { isRoutine } from "../identity.ts";
import { rulesOf } from "../kinds/rules.ts";
import type { LiveObject } from "../live.ts";
import { quoteLiteral } from "../quote.ts";
import type { Work } from "./work.ts";

/** Null where PostgreSQL has no replace for this change. */
export function replaceStatements(
  work: Work,
  definition: Definition,
  live: LiveObject,
): readonly string[] | null {
  const statements = rulesOf[work.identity.kind].replace(definition, live);
  return statements === null ? null : [...statements, ...settings(work)];
}

/** Statements that make it in the place of `live`. */
export function createStatements(work: Work, definition: Definition, live: LiveObject): readonly string[] {
  const create = rulesOf[work.identity.kind].create(definition);
  return [...likeLive(work, definition, live, create), ...settings(work)];
}

/** `create`, so that a materialized view whose text names no access method gets the one that the live one has. */
export function likeLive(
  { applied }: Work,
  definition: Definition,
  live: LiveObject,
  create: readonly string[],
): readonly string[] {
  if (live.kind !== "materialized view" || live.accessMethod === null) return create;
  const names = ({ parts }: Definition) => parts.kind === "materialized view" && parts.accessMethod === true;
  // A method that the file named and no longer names goes.
  if (names(definition) || (applied !== null && names(applied.definition))) return create;
  return [
    `SET LOCAL default_table_access_method = ${quoteLiteral(live.accessMethod)}`,
    ...create,
    "RESET default_table_access_method",
  ];
}

/** CREATE OR REPLACE FUNCTION sets back every attribute that its own text does not name: the file's ALTER FUNCTION follows. */
function settings(work: Work): readonly string[] {
  if (!isRoutine(work.identity)) return [];
  return (work.declared?.attachments ?? [])
    .filter((one) => one.kind === "setting" && !one.inline)
    .map((one) => one.sql);
}
