/**
 * What hangs on objects that a generated block makes anew or drops: who depends on them, and what is attached. The block brings back
 * what there was in the shadow; what a target has besides would be lost, or stop it in the middle.
 */
import { type Identity, identityKey } from "../../graph/identity.ts";
import { type Grant, isLiveChild, isLiveRelation, type LiveObject } from "../../graph/live.ts";
import type { Database } from "../database/database.ts";
import { readLiveObjects } from "../database/introspect.ts";

/** Of one object, in words: sorted, and equal where the same hangs on it. */
export interface Hanging {
  readonly dependents: readonly string[];
  /** By what it is: owner, grants, comment, an index and so on. */
  readonly attachments: Readonly<Record<string, string>>;
}

/** By the keys of those that exist. In a transaction; its search_path is pg_catalog afterwards. */
export async function readHanging(
  database: Database,
  identities: readonly Identity[],
): Promise<ReadonlyMap<string, Hanging>> {
  if (identities.length === 0) return new Map();
  const [row] = await database.query<{ me: string }>("select current_user::text as me");
  const me = String(row?.me);
  const objects = [...(await readLiveObjects(database, identities)).values()];
  const dependents = await readDependents(database, objects);
  return new Map(
    objects.map((object) => [
      identityKey(object.identity),
      { dependents: dependents.get(object.oid) ?? [], attachments: attachmentsOf(object, me) },
    ]),
  );
}

/** A view's rule and a table's default stand for what they belong to; what belongs to the object itself is no dependent. */
async function readDependents(
  database: Database,
  objects: readonly LiveObject[],
): Promise<ReadonlyMap<number, readonly string[]>> {
  const wanted = objects
    .filter((object) => !isLiveChild(object))
    .map((object) => ({ oid: object.oid, catalog: isLiveRelation(object) ? "pg_class" : "pg_proc" }));
  const rows = await database.query<{ oid: string; dependents: readonly string[] }>(
    `with w as (select oid, catalog::regclass::oid as classid from json_to_recordset($1::json) as w(oid oid, catalog text)),
       on_it as (
         select oid, classid, oid as objid from w
         union all select w.oid, 'pg_type'::regclass, t.oid from w join pg_type t on w.classid = 'pg_class'::regclass and t.typrelid = w.oid
         union all select w.oid, 'pg_type'::regclass, t.typarray from w join pg_type t on w.classid = 'pg_class'::regclass and t.typrelid = w.oid)
     select o.oid::text as oid, json_agg(distinct coalesce(
         pg_describe_object('pg_class'::regclass, coalesce(r.ev_class, a.adrelid), 0), pg_describe_object(d.classid, d.objid, 0))) as dependents
     from on_it o join pg_depend d on d.refclassid = o.classid and d.refobjid = o.objid and d.deptype in ('n', 'a', 'x')
       left join pg_rewrite r on d.classid = 'pg_rewrite'::regclass and r.oid = d.objid
       left join pg_attrdef a on d.classid = 'pg_attrdef'::regclass and a.oid = d.objid
       left join pg_index i on d.classid = 'pg_class'::regclass and i.indexrelid = d.objid
       left join pg_trigger t on d.classid = 'pg_trigger'::regclass and t.oid = d.objid
       left join pg_statistic_ext s on d.classid = 'pg_statistic_ext'::regclass and s.oid = d.objid
     where coalesce(r.ev_class, a.adrelid, i.indrelid, t.tgrelid, s.stxrelid, 0) <> o.oid and d.objid <> o.oid
     group by o.oid`,
    [JSON.stringify(wanted)],
  );
  return new Map(rows.map(({ oid, dependents }) => [Number(oid), [...dependents].sort()]));
}

/** Of a privilege, behind which stands what is known of it: `SELECT (a) to alice`. */
export function grantWord({ privilege, grantee }: Grant, column: string | null, me: string): string {
  return `${privilege}${column === null ? "" : ` (${column})`} to ${roleWord(grantee, me)}`;
}

/** Whoever runs the block owns what it makes: that owner has no name here. */
function roleWord(name: string | null, me: string): string {
  return name === null ? "PUBLIC" : name === me ? "(whoever applies)" : name;
}

/** `me`: the role that runs. */
export function attachmentsOf(object: LiveObject, me: string): Readonly<Record<string, string>> {
  const role = (name: string | null): string => roleWord(name, me);
  const said: Record<string, string> = { owner: role(object.owner) };
  const say = (what: string, value: string | null | undefined): void => {
    if (value !== null && value !== undefined && value !== "") said[what] = value;
  };
  say("comment", object.comment);
  for (const { provider, label } of object.labels) say(`security label of ${provider}`, label);
  say("extensions", object.dependsOn.join(", "));
  if (isLiveChild(object)) {
    say("enabled", object.enabled);
    return said;
  }
  const grantAll = (grants: readonly Grant[], column: string | null): void => {
    for (const grant of grants) {
      // What an owner may do by itself differs between versions of PostgreSQL.
      if (grant.grantee === object.owner) continue;
      said[grantWord(grant, column, me)] =
        `by ${role(grant.grantor)}${grant.grantable ? " with grant option" : ""}`;
    }
  };
  grantAll(object.grants, null);
  if (!isLiveRelation(object)) return said;
  say("comment on its query", object.queryComment);
  say("comment on its type", object.rowType.comment);
  say(
    "options",
    object.options
      .map(([name, value]) => `${name}=${value}`)
      .sort()
      .join(", "),
  );
  for (const index of object.indexes)
    say(`index ${index.name}`, `${index.sql}${index.comment === null ? "" : ` -- ${index.comment}`}`);
  for (const statistics of object.statistics) say(`statistics ${statistics.name}`, statistics.sql);
  for (const child of object.children) {
    // Versions print a rule's query in their own way.
    say(`${child.kind} ${child.identity.name}`, child.kind === "rule" ? "there" : child.definition.sql);
  }
  for (const column of object.columnAttachments) {
    say(`comment of column ${column.name}`, column.comment);
    say(`default of column ${column.name}`, column.default);
    say(`statistics of column ${column.name}`, column.statistics?.toString());
    say(`options of column ${column.name}`, column.options?.join(", "));
    grantAll(column.grants, column.name);
  }
  return said;
}

/** What of it CREATE OR REPLACE VIEW takes away: it sets all options to those of its text (DefineVirtualRelation in view.c). */
export function clearedByReplace({ attachments: { options } }: Hanging): Hanging {
  return { dependents: [], attachments: options === undefined ? {} : { options } };
}

/** What is there and was not expected, in words; empty where the block keeps everything. */
export function unexpected(object: string, expected: Hanging, found: Hanging): readonly string[] {
  const lines = found.dependents
    .filter((dependent) => !expected.dependents.includes(dependent))
    .map((dependent) => `${dependent} depends on ${object}`);
  for (const [what, value] of Object.entries(found.attachments)) {
    const wanted = expected.attachments[what];
    if (wanted !== value)
      lines.push(`${object}: ${what} ${value}${wanted === undefined ? "" : ` instead of ${wanted}`}`);
  }
  // A new function is everybody's to call again.
  for (const what of Object.keys(expected.attachments))
    if (takenFromPublic(what, found)) lines.push(`${object}: ${what} was revoked`);
  return lines;
}

/** Of an expected attachment: a privilege that everybody has, unless somebody took it away. */
export function takenFromPublic(what: string, found: Pick<Hanging, "attachments">): boolean {
  return what.endsWith(" to PUBLIC") && found.attachments[what] === undefined;
}
