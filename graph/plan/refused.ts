/** Turns PostgreSQL's refusal of a statement into a problem at the place in the component where its text stands. */
import { type Definition, emittedNameEnd } from "../definition.ts";
import type { DiagnosticCode } from "../diagnostic.ts";
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
  const own = isOwn ? ownOffset(work, failed, refusal) : 0;
  const offset = attachment !== undefined ? attachment.offset : declared.offset + own;
  return new PlanError([
    {
      code: refusalCode(refusal.sqlstate),
      message: `${describeIdentity(work.identity)}: ${refusal.message}`,
      component: declared.component,
      offset,
      detail: detail === "" ? undefined : detail,
      fix: advice ?? refusal.hint ?? follows(work) ?? generalFix(refusal.sqlstate),
    },
  ]);
}

/** Where in the declared statement the refused name stands. PostgreSQL gives no position for a missing schema or relation. */
function ownOffset({ definition }: Work, failed: string, refusal: Refusal): number {
  if (refusal.offset !== undefined) return sourceOffset(definition, failed, refusal.offset);
  if (refusal.sqlstate === "3F000") return definition.name.start;
  return refusal.sqlstate === "42P01" && "relation" in definition.parts ? definition.parts.relation.start : 0;
}

/** What no file declares cannot be brought along. */
function strangerRefused(work: Work, refusal: Refusal): PlanError {
  const name = describeIdentity(work.identity);
  const owner = work.live === null ? "" : `, owned by ${work.live.owner}`;
  return new PlanError([
    {
      code: refusal.sqlstate === "42501" ? "missing-right" : "dependent-blocks",
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
      if (/^role /.test(refusal.message)) return "create the role on this server, or correct its name";
      return (
        follows(work) ??
        "check the name and the searchPath in migrator.json, or add the component or migration that makes it"
      );
    case "3F000":
      return "make the schema in a migration, or name another one";
    case "42501":
      return "give the role the right, or run as a role that has it";
    case "57014":
      return generalFix(refusal.sqlstate);
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

/** What a refusal counts as, by its SQLSTATE. */
export function refusalCode(sqlstate: string): DiagnosticCode {
  if (sqlstate === "42501") return "missing-right";
  return sqlstate === "25006" ? "read-only" : "statement-refused";
}

/** By SQLSTATE, or its class, where PostgreSQL gives no hint. */
export function generalFix(sqlstate: string): string {
  const known: Readonly<Record<string, string>> = {
    "42702": "write the column with its table's name before it",
    "42701": "give one of the columns another name with AS",
    "42P02": "a component has no parameters: use a template's variable, or a function's argument",
    "42P07": "rename it, or drop what has this name in a migration",
    "42710": "rename it, or drop what has this name in a migration",
    "54001": "split the statement: it is nested too deep",
    "25006":
      "connect to the primary: a standby takes no changes; elsewhere set default_transaction_read_only to off for the role or the database",
    "57014":
      "run the command again; where a statement_timeout was over, raise it for the role or the database, or in PGOPTIONS",
    "0A000": "this PostgreSQL cannot do that: write it another way",
    "22": "correct the value, or the rows that the expression is computed for",
    "23": "correct the rows that contradict it in a migration first",
    "53": "give the server more room, and run the command again",
    "58": "look into the server's log, and run the command again",
    "55": "wait until the object is in use no more, and run the command again",
  };
  return (
    known[sqlstate] ??
    known[sqlstate.slice(0, 2)] ??
    "correct the component: PostgreSQL does not accept it as it is"
  );
}

/** For a component that is itself as it was, and cannot follow what changed. */
function follows({ reasons, why }: Work): string | undefined {
  return reasons.rebind || reasons.analyse || reasons.remake
    ? `change this component to match: ${why}`
    : undefined;
}
