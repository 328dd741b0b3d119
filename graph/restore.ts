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
  type TriggerCopy,
} from "./live.ts";
import { quoteIdentifier, quoteLiteral, quoteName } from "./quote.ts";
import { dependsStatements, labelStatements, restoreMarks, restoreOwner } from "./restore-marks.ts";
import { restoreColumnStorage, restoreStorage } from "./restore-storage.ts";

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
    ...restoreMarks(old, now),
    ...restoreRowType(old, now),
  );
  if (old.queryComment !== null && old.queryComment !== now.queryComment)
    statements.push(`COMMENT ON RULE "_RETURN" ON ${name} IS ${quoteLiteral(old.queryComment)}`);
  const columns = new Map(now.columnAttachments.map((column) => [column.name, column]));
  for (const column of old.columnAttachments) {
    const present = columns.get(column.name);
    if (present === undefined) continue;
    const path = `${name}.${quoteIdentifier(column.name)}`;
    statements.push(
      ...aclStatements({ ...target, column: column.name }, column.grants, present.grants, old.grants),
    );
    if (column.comment !== null && column.comment !== present.comment)
      statements.push(`COMMENT ON COLUMN ${path} IS ${quoteLiteral(column.comment)}`);
    statements.push(...labelStatements(`COLUMN ${path}`, column.labels, present.labels));
    const alter = `ALTER ${noun} ${name} ALTER COLUMN ${quoteIdentifier(column.name)}`;
    if (now.kind === "materialized view") statements.push(...restoreColumnStorage(alter, column, present));
    else if (column.default !== null && column.default !== present.default)
      statements.push(`${alter} SET DEFAULT ${column.default}`);
  }
  if (old.kind === "materialized view" && now.kind === "materialized view")
    statements.push(...restoreStorage(old, now));
  return statements;
}

/** The row type has grants, a comment and labels of its own, and its array a comment. */
function restoreRowType(old: LiveRelation, now: LiveRelation): readonly string[] {
  const name = describeForDdl(now.identity);
  const { rowType } = old;
  const statements: string[] = [];
  if (rowType.grants !== null) {
    const usage = { grantor: old.owner, privilege: "USAGE", grantable: false };
    const present = now.rowType.grants ?? [
      { ...usage, grantee: old.owner },
      { ...usage, grantee: null },
    ];
    const target = { on: `TYPE ${name}`, column: null, owner: old.owner };
    statements.push(...aclStatements(target, rowType.grants, present));
  }
  if (rowType.comment !== null && rowType.comment !== now.rowType.comment)
    statements.push(`COMMENT ON TYPE ${name} IS ${quoteLiteral(rowType.comment)}`);
  if (rowType.arrayComment !== null && rowType.arrayComment !== now.rowType.arrayComment) {
    const array = quoteName(now.identity.schema, now.rowType.arrayName);
    statements.push(`COMMENT ON TYPE ${array} IS ${quoteLiteral(rowType.arrayComment)}`);
  }
  return [...statements, ...labelStatements(`TYPE ${name}`, rowType.labels, now.rowType.labels)];
}

function restoreRoutine(old: LiveRoutine, now: LiveRoutine): readonly string[] {
  const { grantNoun } = rulesOf[now.kind];
  const target = { on: `${grantNoun} ${describeForDdl(now.identity)}`, column: null, owner: old.owner };
  return [
    ...restoreOwner(old, now),
    ...aclStatements(target, old.grants, ownedBy(now.grants, now.owner, old.owner)),
    ...restoreMarks(old, now),
  ];
}

/** A trigger's or rule's enabled state, comments and DEPENDS ON EXTENSION, and those of its copies on partitions. */
export function restoreChild(old: LiveChild, now: LiveChild): readonly string[] {
  const statements: string[] = [];
  if (now.enabled !== old.enabled) {
    const table = quoteName(now.identity.schema, now.identity.relation);
    const noun = rulesOf[now.kind].noun;
    statements.push(
      `ALTER TABLE ${table} ${enabledWords[old.enabled]} ${noun} ${quoteIdentifier(now.identity.name)}`,
    );
  }
  const on = `${quoteIdentifier(now.identity.name)} ON ${quoteName(now.identity.schema, now.identity.relation)}`;
  statements.push(...restoreConstraintComment(on, old, now));
  return [...statements, ...restoreMarks(old, now), ...restoreCopies(old, now)];
}

/** `on` is the trigger's name and table, which are its constraint's too. */
function restoreConstraintComment(
  on: string,
  old: Pick<TriggerCopy, "constraintComment">,
  now: Pick<TriggerCopy, "constraintComment">,
): readonly string[] {
  if (old.constraintComment === null || old.constraintComment === now.constraintComment) return [];
  return [`COMMENT ON CONSTRAINT ${on} IS ${quoteLiteral(old.constraintComment)}`];
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
    const on = `${name} ON ${table}`;
    if (known.comment !== null && known.comment !== copy.comment)
      statements.push(`COMMENT ON TRIGGER ${on} IS ${quoteLiteral(known.comment)}`);
    return [
      ...statements,
      ...restoreConstraintComment(on, known, copy),
      ...dependsStatements(`TRIGGER ${on}`, known, copy),
    ];
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
