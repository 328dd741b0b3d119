/** Drops an idempotent schema and builds it whole, in one transaction; what needs it from outside is bound to the new one. */
import { describeSubject, subjectKey } from "../../graph/bystander.ts";
import type { DeclaredObject } from "../../graph/declared.ts";
import { type Diagnostic, MigratorError } from "../../graph/diagnostic.ts";
import { identityKey } from "../../graph/identity.ts";
import { quoteIdentifier } from "../../graph/quote.ts";
import type { CostKind } from "../config/config.ts";
import { commitTransaction, transactionId } from "../database/commit.ts";
import type { Database } from "../database/database.ts";
import {
  type LedgerEntry,
  ledgerSchema,
  ledgerStatements,
  readApplied,
  readLedger,
} from "../database/ledger.ts";
import { takeTurn, withLockRetries } from "../database/lock.ts";
import { dropPrepared } from "../database/prepared-rows.ts";
import { requireRightsFor } from "../database/rights/preflight.ts";
import { catalogPath, componentsPath } from "../database/search-path.ts";
import { compareWithLedger } from "../live/changes.ts";
import { createSchemas, missingSchemas } from "../live/idempotent-schemas.ts";
import { planWithLocks } from "../live/plan-with-locks.ts";
import { requireSettings } from "../live/preflight.ts";
import type { SyncResult } from "../live/sync.ts";
import type { OpenProject } from "./component-project.ts";
import { reconnectedTo } from "./context.ts";
import { oldSchema, readSchema, setSchemaAside } from "./rebuild-aside.ts";
import { type CatalogEntry, readSchemaContents, type SchemaContents } from "./rebuild-members.ts";
import { outsideProblems, requireMigratorAlone } from "./rebuild-obstacles.ts";

export interface RebuildQuestion {
  readonly schema: string;
  /** Everything is rolled back. */
  readonly rehearsal: boolean;
  /** Overwrite what was changed in the database outside of the schema. */
  readonly takeFiles: boolean;
  readonly allow: ReadonlySet<CostKind>;
  readonly onWait: (message: string) => void;
}

export async function rebuildSchema(
  opened: OpenProject<Database>,
  question: RebuildQuestion,
): Promise<SyncResult> {
  const { lockTimeout, lockRetries } = opened.project.config;
  const patience = { lockTimeout, lockRetries, onWait: question.onWait };
  return withLockRetries(opened.database, patience, () => rebuildOnce(opened, question));
}

async function rebuildOnce(opened: OpenProject<Database>, question: RebuildQuestion): Promise<SyncResult> {
  const { database, desired, project, untracked } = opened;
  const { config } = project;
  await takeTurn(database, config.ledgerSchema, question.onWait);
  const ledger = await readLedger(database, config.ledgerSchema, config.project);
  const entries = ledger?.entries ?? new Map<string, LedgerEntry>();
  const live = await readSchema(database, question.schema);
  const contents: SchemaContents =
    live === null ? { members: [], outside: [] } : await readSchemaContents(database, live.oid);
  await requireMigratorAlone(opened, question.schema, contents, ledger);
  const inside = [...desired.objects].filter(([, { identity }]) => identity.schema === question.schema);
  await requireSettings(database, inside.length);
  const outside = declaredOf(opened, contents.outside);
  const problems = await outsideProblems(opened, contents.outside, outside, entries, question.takeFiles);
  if (problems.length > 0)
    throw new MigratorError(problems, problems.every(({ code }) => code === "drift") ? 4 : 1);

  const pending = compareWithLedger(
    desired,
    entries,
    new Set(outside.map(({ identity }) => identityKey(identity))),
    (component) => untracked.has(component),
  );
  const reasonsOf = new Map(pending.changed.map((change) => [change.key, change.reasons]));
  const why = `schema ${question.schema} is rebuilt`;
  const changed = [
    ...inside.map(([key]) => ({ key, reasons: { changed: true, attachments: true }, why })),
    ...outside.map(({ identity }) => {
      const key = identityKey(identity);
      return { key, reasons: { ...reasonsOf.get(key), rebind: true }, why };
    }),
  ];
  const applied = await readApplied(
    database,
    config.ledgerSchema,
    config.project,
    outside.flatMap(({ identity }) => entries.get(identityKey(identity)) ?? []),
  );
  const prepare = [
    ...dropPrepared(config.ledgerSchema, ledger?.prepared ?? []),
    ...(ledger === null ? ledgerSchema(config.ledgerSchema) : []),
    ...(live === null ? createSchemas([question.schema]) : setSchemaAside(live)),
  ];
  await requireRightsFor(database, {
    objects: outside.map((declared) => {
      const { identity, component } = declared;
      return { identity, declared, component, definition: true };
    }),
    ledgerSchema: config.ledgerSchema,
    missingSchemas: [
      ...(ledger === null ? await missingSchemas(database, [config.ledgerSchema]) : []),
      question.schema,
    ],
    rebuilt: question.schema,
  });
  const begun = await database.batch([
    ...(question.rehearsal ? [] : [transactionId]),
    `set local lock_timeout = ${config.lockTimeout}`,
    ...prepare,
  ]);
  const { result: planned, locks } = await planWithLocks(database, {
    desired,
    applied,
    changed,
    removed: new Set(),
    reshaped: [],
    searchPath: config.searchPath,
    lockTimeout: config.lockTimeout,
    takeFiles: true,
    rehearsal: question.rehearsal,
    allow: question.allow,
  });
  const drop: string[] = [];
  if (live !== null) {
    const left = (await readSchemaContents(database, live.oid)).outside;
    if (left.length > 0) throw new MigratorError(left.map((entry) => cannotFollow(entry, question.schema)));
    drop.push(`DROP SCHEMA ${oldSchema} CASCADE`);
  }
  const touched = new Set([
    ...changed.map(({ key }) => key),
    ...planned.steps.map((step) => subjectKey(step.identity)),
  ]);
  const write = ledgerStatements(config.ledgerSchema, config.project, {
    mode: "live",
    keepSnapshot: ledger !== null,
    applied: [...touched].flatMap((key) => desired.objects.get(key) ?? []),
    forgotten: [...entries.values()].filter(
      ({ identity }) => identity.schema === question.schema && !desired.objects.has(identityKey(identity)),
    ),
    command: "rebuild",
    steps: planned.steps.map(({ kind, identity, reason, sql }) => ({
      kind,
      object: describeSubject(identity),
      reason,
      sql,
    })),
  });
  const last = [catalogPath, ...drop, ...write];
  if (question.rehearsal) await database.batch([...last, "rollback"]);
  else {
    const { reconnected = null } = reconnectedTo(project.target);
    const xid = String(begun[0]?.[0]?.xid);
    await commitTransaction(database, [...last, "commit"], { xid, reconnected, onWait: question.onWait });
  }
  return {
    changes: [],
    steps: planned.steps,
    costs: planned.costs,
    warnings: [...planned.warnings, ...losses(opened, question.schema, contents)],
    unchanged: desired.objects.size - touched.size,
    sql: [
      ...prepare,
      ...locks,
      componentsPath(config.searchPath),
      ...planned.steps.flatMap((step) => step.sql),
      catalogPath,
      ...drop,
      ...write,
    ],
    applied: !question.rehearsal,
  };
}

function declaredOf(
  { desired }: OpenProject<Database>,
  outside: readonly CatalogEntry[],
): readonly DeclaredObject[] {
  return outside.flatMap(({ identity }) =>
    identity === null ? [] : (desired.objects.get(identityKey(identity)) ?? []),
  );
}

/** What goes for good with the old schema. */
function losses(
  { desired }: OpenProject<Database>,
  schema: string,
  { members }: SchemaContents,
): readonly string[] {
  return members
    .filter(({ identity }) => identity === null || !desired.objects.has(identityKey(identity)))
    .map(({ description }) => `${description} is dropped with schema ${schema}: no file declares it`)
    .sort();
}

function cannotFollow(entry: CatalogEntry, schema: string): Diagnostic {
  const description = entry.description.replaceAll(oldSchema, () => quoteIdentifier(schema));
  return {
    code: "dependent-blocks",
    message: `schema ${schema} cannot be rebuilt: ${description} needs the old one and cannot be bound to the new one in place`,
    fix: "drop that object first and sync afterwards, or use sync alone, which changes the schema object by object",
  };
}
