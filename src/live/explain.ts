/** Finds the component that a refused statement came from, and says what stands in the way of a name. */
import type { DeclaredObject } from "../../graph/declared.ts";
import { describeIdentity, identityKey, isRelation } from "../../graph/identity.ts";
import { generalFix, refusalCode, refused } from "../../graph/plan/refused.ts";
import { noReasons } from "../../graph/plan/work.ts";
import { quoteLiteral, quoteName } from "../../graph/quote.ts";
import { PlanError } from "../../graph/step.ts";
import type { Database } from "../database/database.ts";
import type { StatementRefused } from "../database/drive.ts";

/** Asks the database only where a name is taken. */
export async function explainRefusal(
  error: StatementRefused,
  objects: ReadonlyMap<string, DeclaredObject>,
  database: Database,
): Promise<PlanError> {
  const { blame, refusal, statement } = error;
  const declared = blame === null ? undefined : objects.get(identityKey(blame));
  if (declared === undefined) return unplaced(error);
  if (refusal.sqlstate === "42P07" && isRelation(declared.identity) && /^create/i.test(statement)) {
    const taken = await takenBy(database, declared);
    if (taken !== null) return taken;
  }
  const work = {
    key: identityKey(declared.identity),
    identity: declared.identity,
    declared,
    applied: null,
    definition: declared,
    reasons: noReasons,
    why: "",
    live: null,
  };
  return refused(work, [statement], { ...refusal, statement: 0 });
}

const relationKinds: Readonly<Record<string, string>> = {
  r: "table",
  p: "table",
  f: "foreign table",
  v: "view",
  m: "materialized view",
  S: "sequence",
  i: "index",
  I: "index",
  c: "composite type",
};

async function takenBy(database: Database, declared: DeclaredObject): Promise<PlanError | null> {
  const { identity } = declared;
  const name = quoteName(identity.schema, identity.name);
  const [rows] = await database.batch([
    `select relkind from pg_catalog.pg_class where oid = pg_catalog.to_regclass(${quoteLiteral(name)})`,
  ]);
  const kind = relationKinds[String(rows?.[0]?.relkind)];
  if (kind === undefined || kind === identity.kind) return null;
  return new PlanError([
    {
      code: "drift",
      message: `${describeIdentity(identity)} cannot be made: ${kind} ${name} stands in its place`,
      component: declared.component,
      offset: declared.offset,
      fix: `rename or drop the ${kind} in a migration, or give the ${identity.kind} another name`,
    },
  ]);
}

function unplaced({ refusal, statement }: StatementRefused): PlanError {
  return new PlanError([
    {
      code: refusalCode(refusal.sqlstate),
      message: refusal.message,
      component: null,
      offset: null,
      detail: [refusal.detail, refusal.where, statement].filter((text) => text !== undefined).join("\n"),
      fix: refusal.hint ?? generalFix(refusal.sqlstate),
    },
  ]);
}
