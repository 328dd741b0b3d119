/**
 * Statements of --around: what blocks each is detached, at column grain, then it runs. Everything detached is in the
 * queue then and is bound like any dependent: in place where its shape is kept, made anew where it is not.
 */
import type { AroundStatement, AroundTarget } from "../around.ts";
import type { FixtureHost } from "../fixture.ts";
import { identityKey } from "../identity.ts";
import type { LiveObject } from "../live.ts";
import { attempt, type Planning, rewritesTable, type Users, usersOf } from "../request.ts";
import { PlanError } from "../step.ts";
import { withheld } from "../withheld.ts";
import { requireRewrite } from "./costs.ts";
import { enqueueAnalysis } from "./dependents.ts";
import { detachAll, detachable, detachChecks, detachGenerated } from "./detach.ts";
import { addStep, type Pass, touchHost } from "./pass.ts";
import { runBeside } from "./run-beside.ts";

/** False: the pass must restart with more relations locked. */
export function* runAround(pass: Pass, statements: readonly AroundStatement[]): Planning<boolean> {
  for (const statement of statements) {
    const why = `${statement.origin.label}: ${firstLine(statement.sql)}`;
    const freed = yield* detachUsers(pass, statement.targets, why);
    if (freed === null) return false;
    const { tables, others, objects } = freed;
    yield* requireRewriteAllowed(pass, statement, tables);
    let cascaded: readonly string[] = [];
    yield* runBeside(pass, why, function* (inspect) {
      const outcome = yield* attempt([statement.sent ?? statement.sql], inspect);
      if (outcome.kind === "refused") {
        const { refusal } = outcome;
        throw refusedAround(statement, statement.sent === null ? refusal : withheld(refusal));
      }
      ({ cascaded } = outcome);
      return outcome.live;
    });
    // The tool never cascades; whoever wrote CASCADE is told what PostgreSQL takes with it.
    for (const words of cascaded) pass.warnings.push(`${why}: ${words}`);
    const [table] = tables;
    addStep(pass, {
      kind: "alter",
      identity: table?.subject ?? { kind: "table", schema: null, name: `(${statement.origin.label})` },
      component: null,
      reason: why,
      sql: [statement.sql],
    });
    for (const { oid } of tables) pass.reshaped.oids.add(oid);
    const detached = new Set(objects.map((object) => object.oid));
    for (const dependent of others) {
      if (dependent.kind !== "object" || detached.has(dependent.object.oid)) continue;
      if (pass.removed.has(identityKey(dependent.object.identity))) continue;
      // Its text may name the table's columns with a star.
      pass.renamed = true;
      enqueueAnalysis(pass, dependent.object, null, why);
    }
  }
  return true;
}

/** Takes what uses the targets out of the way. Null: the pass must restart. */
export function* detachUsers(
  pass: Pass,
  targets: readonly AroundTarget[],
  why: string,
): Planning<(Pick<Users, "tables" | "others"> & { readonly objects: readonly LiveObject[] }) | null> {
  const { tables, blocking, others, checks } = yield* usersOf(targets);
  for (const table of tables) touchHost(pass, table);
  const objects = yield* detachable(
    pass,
    blocking.flatMap((dependent) => (dependent.kind === "object" ? [dependent.object] : [])),
  );
  if (!(yield* detachAll(pass, objects, why)) || pass.lockMissing) return null;
  yield* detachChecks(pass, checks, why);
  for (const dependent of blocking)
    if (dependent.kind === "fixture" && dependent.fixture.kind === "generated column")
      yield* detachGenerated(pass, dependent.fixture, why);
  return { tables, others, objects };
}

function* requireRewriteAllowed(
  pass: Pass,
  statement: AroundStatement,
  tables: readonly FixtureHost[],
): Planning<void> {
  const { onTable } = statement;
  const bytes = tables.reduce((sum, table) => sum + table.bytes, 0);
  const [table] = tables;
  if (onTable === null || table === undefined || bytes === 0) return;
  if (!(yield* rewritesTable(table, onTable))) return;
  const rows = tables.reduce((sum, one) => sum + one.rows, 0);
  const { meant } = statement.origin;
  // A composite type has no rows itself: its typed tables do.
  const written =
    table.subject.kind === "composite type" ? (tables.find((one) => one.bytes > 0) ?? table) : table;
  const cost = {
    relation: written.subject,
    kind: "rewrite" as const,
    rows,
    bytes,
    ...(meant ? { meant } : {}),
  };
  pass.costs.push(cost);
  if (pass.rehearsal || !meant) requireRewrite(pass, cost);
}

function refusedAround(
  statement: AroundStatement,
  refusal: {
    readonly sqlstate: string;
    readonly message: string;
    readonly detail: string | undefined;
    readonly hint: string | undefined;
  },
): PlanError {
  const { label, place } = statement.origin;
  return new PlanError([
    {
      code: "statement-refused",
      message: place === null ? `${label}: ${firstLine(statement.sql)}: ${refusal.message}` : refusal.message,
      component: null,
      offset: null,
      place,
      sqlstate: refusal.sqlstate,
      detail: refusal.detail,
      fix: "correct the statement, or change first what needs it: the tool detaches what uses a column, and never cascades",
    },
  ]);
}

function firstLine(sql: string): string {
  const line = sql.replaceAll(/\s+/g, " ").trim();
  return line.length > 80 ? `${line.slice(0, 79)}…` : line;
}
