/** Turns PostgreSQL's refusal of a statement into a problem at the place in the component where its text stands. */
import { type Definition, emittedNameEnd } from "../definition.ts";
import { describeIdentity, isRoutine } from "../identity.ts";
import type { Refusal } from "../request.ts";
import { PlanError } from "../step.ts";
import type { Work } from "./work.ts";

export function refused(work: Work, statements: readonly string[], refusal: Refusal): PlanError {
  const { declared } = work;
  if (declared === null) return strangerRefused(work, refusal);
  const failed = statements[refusal.statement] ?? "";
  const attachment = declared.attachments.find((candidate) => candidate.sql === failed);
  const advice = fixFor(refusal, work);
  const detail = [refusal.detail, advice === undefined ? undefined : refusal.hint, refusal.where]
    .filter((text) => text !== undefined)
    .join("\n");
  const isOwn = attachment === undefined && /^create\b/i.test(failed);
  const offset =
    attachment !== undefined
      ? attachment.offset
      : declared.offset +
        (isOwn && refusal.offset !== undefined ? sourceOffset(work.definition, failed, refusal.offset) : 0);
  return new PlanError([
    {
      code: "statement-refused",
      message: `${describeIdentity(work.identity)}: ${refusal.message}`,
      component: declared.component,
      offset,
      detail: detail === "" ? undefined : detail,
      fix: advice ?? refusal.hint,
    },
  ]);
}

/** What no file declares cannot be brought along. */
function strangerRefused(work: Work, refusal: Refusal): PlanError {
  const name = describeIdentity(work.identity);
  const owner = work.live === null ? "" : `, owned by ${work.live.owner}`;
  return new PlanError([
    {
      code: "dependent-blocks",
      message: `${work.why}, and ${name}${owner}, which no file declares, cannot follow: ${refusal.message}`,
      component: work.cause ?? null,
      offset: null,
      detail: refusal.detail,
      fix: `keep what it uses, or change or drop ${name} first`,
    },
  ]);
}

/** From a place in the emitted statement to the same place in the declared one: they differ only up to the name. */
function sourceOffset(definition: Definition, emitted: string, offset: number): number {
  const { identity, name, sql } = definition;
  const nameEnd = emittedNameEnd(definition, emitted);
  if (offset < nameEnd) return name.start;
  if (!isRoutine(identity)) return Math.min(sql.length, offset - nameEnd + name.end);
  return Math.min(sql.length, withCarriageReturns(sql, name.end, offset - nameEnd));
}

/** The place `distance` units behind `from`, where the emitted text has LF for CR LF. */
function withCarriageReturns(sql: string, from: number, distance: number): number {
  let at = from;
  for (let left = distance; left > 0 && at < sql.length; left--) at += sql.startsWith("\r\n", at) ? 2 : 1;
  return at;
}

function fixFor(refusal: Refusal, work: Work): string | undefined {
  switch (refusal.sqlstate) {
    case "42703":
    case "42P01":
    case "42883":
    case "42704":
      return work.reasons.rebind || work.reasons.analyse
        ? `change this component to match: ${work.why}`
        : "check the name and the searchPath in migrator.json, or add the component or migration that makes it";
    case "3F000":
      return "make the schema in a migration, or name another one";
    case "42501":
      return "give the role the right, or run as a role that has it";
    default:
      return undefined;
  }
}

/** What an extension owns is its own affair, whatever a component says. */
export function ownedByExtension(work: Work, extension: string): PlanError {
  return new PlanError([
    {
      code: "dependent-blocks",
      message: `${describeIdentity(work.identity)} belongs to extension ${extension} and is not touched`,
      component: work.declared?.component ?? null,
      offset: work.declared?.offset ?? null,
      fix: "take the component away, or give its object another name",
    },
  ]);
}
