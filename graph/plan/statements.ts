/** The statements that make or replace an object as its component declares it, the ALTERs that belong to it included. */
import type { Definition } from "../definition.ts";
import { isRoutine } from "../identity.ts";
import { rulesOf } from "../kinds/rules.ts";
import type { LiveObject } from "../live.ts";
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

export function createStatements(work: Work, definition: Definition): readonly string[] {
  return [...rulesOf[work.identity.kind].create(definition), ...settings(work)];
}

/** CREATE OR REPLACE FUNCTION sets back every attribute that its own text does not name: the file's ALTER FUNCTION follows. */
function settings(work: Work): readonly string[] {
  if (!isRoutine(work.identity)) return [];
  return (work.declared?.attachments ?? [])
    .filter((one) => one.kind === "setting" && !one.inline)
    .map((one) => one.sql);
}
