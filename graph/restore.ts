/** The statements that give an object made anew everything that hung on the old one. Names are qualified throughout. */
import { aclStatements } from "./acl.ts";
import { describeForDdl } from "./ddl-name.ts";
import { rulesOf } from "./kinds/rules.ts";
import {
  type Enabled,
  type Grant,
  isLiveChild,
  isLiveRelation,
  isLiveRoutine,
  type LiveChild,
  type LiveObject,
  type LiveRelation,
  type LiveRoutine,
} from "./live.ts";
import { quoteIdentifier, quoteLiteral, quoteName } from "./quote.ts";

/**
 * What `now`, freshly made by the running role, lacks of `old`. Options that the new definition's own text sets stay
 * as it sets them: `keepOptions` are the names of those to bring back.
 */
export function restoreStatements(
  old: LiveObject,
  now: LiveObject,
  keepOptions: (name: string) => boolean,
): readonly string[] {
  if (isLiveRelation(old) && isLiveRelation(now)) return restoreRelation(old, now, keepOptions);
  if (isLiveRoutine(old) && isLiveRoutine(now)) return restoreRoutine(old, now);
  if (isLiveChild(old) && isLiveChild(now)) return restoreChild(old, now);
  return [];
}

function restoreRelation(
  old: LiveRelation,
  now: LiveRelation,
  keepOptions: (name: string) => boolean,
): readonly string[] {
  const { noun } = rulesOf[now.kind];
  const name = describeForDdl(now.identity);
  const statements: string[] = [...restoreOwner(old, now), ...optionStatements(old, now, keepOptions)];
  const target = { on: `TABLE ${name}`, owner: old.owner };
  statements.push(
    ...aclStatements({ ...target, column: null }, old.grants, ownedBy(now.grants, now.owner, old.owner)),
  );
  statements.push(...restoreComment(old, now));
  const columns = new Map(now.columnAttachments.map((column) => [column.name, column]));
  for (const column of old.columnAttachments) {
    const present = columns.get(column.name);
    if (present === undefined) continue;
    const path = `${name}.${quoteIdentifier(column.name)}`;
    statements.push(...aclStatements({ ...target, column: column.name }, column.grants, present.grants));
    if (column.comment !== null)
      statements.push(`COMMENT ON COLUMN ${path} IS ${quoteLiteral(column.comment)}`);
    const alter = `ALTER ${noun} ${name} ALTER COLUMN ${quoteIdentifier(column.name)}`;
    if (column.default !== null && now.kind === "view")
      statements.push(`${alter} SET DEFAULT ${column.default}`);
    if (column.statistics !== null && now.kind === "materialized view")
      statements.push(`${alter} SET STATISTICS ${column.statistics}`);
    if (now.kind !== "materialized view") continue;
    if (column.storage !== null)
      statements.push(`${alter} SET STORAGE ${storageWords[column.storage] ?? "EXTENDED"}`);
    if (column.compression !== null)
      statements.push(`${alter} SET COMPRESSION ${column.compression === "l" ? "lz4" : "pglz"}`);
    if (column.options !== null) statements.push(`${alter} SET (${column.options.join(", ")})`);
  }
  if (old.kind === "materialized view" && now.kind === "materialized view")
    statements.push(...restoreStorage(old, now));
  return statements;
}

function restoreStorage(old: LiveRelation, now: LiveRelation): readonly string[] {
  const statements: string[] = [];
  const name = describeForDdl(now.identity);
  if (old.tablespace !== null && old.tablespace !== now.tablespace) {
    statements.push(`ALTER MATERIALIZED VIEW ${name} SET TABLESPACE ${quoteIdentifier(old.tablespace)}`);
  }
  const columns = new Set(now.columns.map((column) => column.name));
  for (const index of old.indexes) {
    // A declared index on a column that went: its file says what becomes of it.
    if (!index.columns.every((column) => columns.has(column))) continue;
    const indexName = quoteName(old.identity.schema, index.name);
    statements.push(index.sql);
    if (index.comment !== null)
      statements.push(`COMMENT ON INDEX ${indexName} IS ${quoteLiteral(index.comment)}`);
    for (const [column, target] of index.statistics) {
      statements.push(`ALTER INDEX ${indexName} ALTER COLUMN ${column} SET STATISTICS ${target}`);
    }
    if (index.clustered)
      statements.push(`ALTER MATERIALIZED VIEW ${name} CLUSTER ON ${quoteIdentifier(index.name)}`);
  }
  for (const statistics of old.statistics) {
    const path = quoteName(statistics.schema, statistics.name);
    statements.push(statistics.sql);
    if (statistics.owner !== old.owner)
      statements.push(`ALTER STATISTICS ${path} OWNER TO ${quoteIdentifier(statistics.owner)}`);
    if (statistics.target !== null)
      statements.push(`ALTER STATISTICS ${path} SET STATISTICS ${statistics.target}`);
    if (statistics.comment !== null)
      statements.push(`COMMENT ON STATISTICS ${path} IS ${quoteLiteral(statistics.comment)}`);
  }
  return statements;
}

const storageWords: Readonly<Record<string, string>> = {
  p: "PLAIN",
  e: "EXTERNAL",
  x: "EXTENDED",
  m: "MAIN",
};

function restoreRoutine(old: LiveRoutine, now: LiveRoutine): readonly string[] {
  const { grantNoun } = rulesOf[now.kind];
  const target = { on: `${grantNoun} ${describeForDdl(now.identity)}`, column: null, owner: old.owner };
  return [
    ...restoreOwner(old, now),
    ...aclStatements(target, old.grants, ownedBy(now.grants, now.owner, old.owner)),
    ...restoreComment(old, now),
  ];
}

/** A trigger's or rule's enabled state and comment, and those of its copies on partitions. */
export function restoreChild(old: LiveChild, now: LiveChild): readonly string[] {
  const statements: string[] = [];
  if (now.enabled !== old.enabled) {
    const table = quoteName(now.identity.schema, now.identity.relation);
    const noun = rulesOf[now.kind].noun;
    statements.push(
      `ALTER TABLE ${table} ${enabledWords[old.enabled]} ${noun} ${quoteIdentifier(now.identity.name)}`,
    );
  }
  return [...statements, ...restoreComment(old, now), ...restoreCopies(old, now)];
}

/** ALTER TABLE of a partitioned table reaches the copies on all its partitions; ONLY reaches the one that is named. */
function restoreCopies(old: LiveChild, now: LiveChild): readonly string[] {
  const before = new Map(old.copies.map((copy) => [quoteName(copy.schema, copy.table), copy]));
  return now.copies.flatMap((copy) => {
    const table = quoteName(copy.schema, copy.table);
    const known = before.get(table);
    if (known === undefined) return [];
    const name = quoteIdentifier(copy.name);
    const statements: string[] = [];
    const enabled = now.enabled === old.enabled ? copy.enabled : old.enabled;
    if (known.enabled !== enabled)
      statements.push(`ALTER TABLE ONLY ${table} ${enabledWords[known.enabled]} TRIGGER ${name}`);
    if (known.comment !== null && known.comment !== copy.comment)
      statements.push(`COMMENT ON TRIGGER ${name} ON ${table} IS ${quoteLiteral(known.comment)}`);
    return statements;
  });
}

const enabledWords: Readonly<Record<Enabled, string>> = {
  O: "ENABLE",
  D: "DISABLE",
  R: "ENABLE REPLICA",
  A: "ENABLE ALWAYS",
};

/** Brings back the options of `old` that `now` lacks, where `keep` wants them. */
export function optionStatements(
  old: LiveRelation,
  now: LiveRelation,
  keep: (name: string) => boolean,
): readonly string[] {
  const present = new Map(now.options);
  const missing = old.options.filter(([name, value]) => keep(name) && present.get(name) !== value);
  if (missing.length === 0) return [];
  const list = missing.map(([name, value]) => `${name} = ${quoteLiteral(value)}`).join(", ");
  return [`ALTER ${rulesOf[now.kind].noun} ${describeForDdl(now.identity)} SET (${list})`];
}

function restoreOwner(old: LiveObject, now: LiveObject): readonly string[] {
  if (old.owner === now.owner) return [];
  return [
    `ALTER ${rulesOf[now.kind].noun} ${describeForDdl(now.identity)} OWNER TO ${quoteIdentifier(old.owner)}`,
  ];
}

function restoreComment(old: LiveObject, now: LiveObject): readonly string[] {
  if (old.comment === now.comment || old.comment === null) return [];
  return [
    `COMMENT ON ${rulesOf[now.kind].noun} ${describeForDdl(now.identity)} IS ${quoteLiteral(old.comment)}`,
  ];
}

/** The list after ALTER … OWNER TO: PostgreSQL (aclnewowner) puts the new owner wherever the old one stood. */
function ownedBy(grants: readonly Grant[], from: string, to: string): readonly Grant[] {
  if (from === to) return grants;
  const merged = new Map<string, Grant>();
  for (const grant of grants) {
    const grantor = grant.grantor === from ? to : grant.grantor;
    const grantee = grant.grantee === from ? to : grant.grantee;
    const key = JSON.stringify([grantor, grantee, grant.privilege]);
    merged.set(key, {
      ...grant,
      grantor,
      grantee,
      grantable: grant.grantable || (merged.get(key)?.grantable ?? false),
    });
  }
  return [...merged.values()];
}
