/**
 * What the catalogs say of one object, as SQL that gives the same JSON for values in the same state: `n` is the row of the value's own
 * schema, which has no name in it. What cannot be told by a name is told by its oid, which is the same for no two values.
 */
import { type Identity, isChild, isRelation, isRoutine } from "../../../graph/identity.ts";
import { quoteLiteral } from "../../../graph/quote.ts";

/** Objects of the value's files, without their schema. */
export type Managed = readonly Identity[];

export const list = (texts: readonly string[], type: "name" | "text" = "name"): string =>
  `array[${texts.map(quoteLiteral).join(", ")}]::${type}[]`;

/** How roles, grants, texts and the ledger's words are told. */
export interface OwnTexts {
  /** Of an expression for a role's oid. */
  readonly role: (oid: string) => string;
  /** Of an expression for grants. */
  readonly acl: (acl: string) => string;
  /** Of an expression for a text that may hold names. */
  readonly text: (text: string) => string;
  /** What the ledger remembers of a definition, and of what is attached. */
  readonly definition: string;
  readonly attachments: string;
}

const attachments = "replace(o.attachments_hash, $3, chr(1))";

const plain: OwnTexts = {
  role: (oid) => `pg_get_userbyid(${oid})`,
  acl: (acl) => acl,
  text: (text) => text,
  definition: "o.hash",
  attachments,
};

/**
 * A role that has one of the value's own names is told by its place among these (`names`, an array of so many), as is each of them in a
 * text. What the ledger has as the file says it (`l`) is told by that alone, else by the text: a digest has the names in it.
 */
function named(names: string, count: number): OwnTexts {
  // As a whole word: of a name that is a part of another one each value has its own.
  const word = (name: string): string => `'\\y' || regexp_replace(${name}, '(\\W)', '\\\\\\1', 'g') || '\\y'`;
  const places = Array.from({ length: count }, (_, i) => i + 1);
  const text = (given: string): string =>
    places.reduce(
      (inner, i) => `regexp_replace(${inner}, ${word(`(${names})[${i}]`)}, chr(1) || ${i} || chr(2), 'g')`,
      given,
    );
  const role = (oid: string): string =>
    `coalesce(chr(1) || array_position(${names}, pg_get_userbyid(${oid})::text), pg_get_userbyid(${oid})::text)`;
  return {
    role,
    acl: (acl) =>
      `case when ${acl} is not null then (select json_build_array(json_agg(json_build_array(${role("e.grantor")},
        case when e.grantee = 0 then '' else ${role("e.grantee")} end, e.privilege_type, e.is_grantable) order by e.i))
        from aclexplode(${acl}) with ordinality as e(grantor, grantee, privilege_type, is_grantable, i)) end`,
    text,
    definition: `case when o.hash = l.hash then chr(1) else ${text("o.definition->>'sql'")} end`,
    attachments: `case when o.attachments_hash = l.attachments_hash then chr(1)
        else ${text("(select json_agg(json_build_array(x->'kind', x->'key', x->'undo', x->'inline'))::text from jsonb_array_elements(o.attachments) x)")} end`,
  };
}

export function ownTexts({ names: count }: { readonly names: number }, names: string): OwnTexts {
  return count > 0 ? named(names, count) : plain;
}

/** A schema by its oid; the value's own is empty. */
const own = (schema: string): string => `case when ${schema} = n.oid then '' else ${schema}::text end`;

/** A type; `$3` is the value's schema, quoted, with a point. */
export const typed = (type: string, modifier: string): string =>
  `(select case when y.typnamespace = n.oid then '.' || y.typname || ' ' || coalesce(${modifier}, -1) else format_type(y.oid, ${modifier}) end
        from pg_type y where y.oid = ${type})`;

/** Types in their order. */
export const typedList = (types: string): string =>
  `(select json_agg(${typed("u.type", "null::int")} order by u.i) from unnest(${types}) with ordinality as u(type, i))`;

/** What is said of an object itself and of its columns. */
export const described = (catalog: string, oid: string, { text }: OwnTexts): string =>
  [
    ["pg_description", text("s.description")],
    ["pg_seclabel", "s.provider, s.label"],
  ]
    .map(
      ([
        from,
        columns,
      ]) => `(select json_agg(json_build_array(s.objsubid, ${columns}) order by s.objsubid, ${columns}) from ${from} s
        where s.objoid = ${oid} and s.classoid = '${catalog}'::regclass)`,
    )
    .join(", ");

/** What the object stands on; `but`: a condition for rows `d` that are left out. */
export function outgoing(catalog: string, oid: string, but: string): string {
  return `(select json_agg(u.text order by u.text collate "C") from (select distinct case when rc.oid is not null
            then json_build_array(${own("rc.relnamespace")}, rc.relname, rc.relkind, ra.attname, ${typed("ra.atttypid", "ra.atttypmod")})::text
          when rp.oid is not null then json_build_array(${own("rp.pronamespace")}, rp.proname, ${typedList("rp.proargtypes::oid[]")})::text
          when d.refclassid = 'pg_type'::regclass then json_build_array('type', ${typed("d.refobjid", "null::int")})::text
          when d.refclassid = 'pg_namespace'::regclass and d.refobjid = n.oid then ''
          else json_build_array(d.refclassid::oid, d.refobjid)::text end || d.deptype::text as text
        from pg_depend d left join pg_class rc on d.refclassid = 'pg_class'::regclass and rc.oid = d.refobjid
          left join pg_attribute ra on ra.attrelid = rc.oid and ra.attnum = d.refobjsubid and ra.attnum > 0
          left join pg_proc rp on d.refclassid = 'pg_proc'::regclass and rp.oid = d.refobjid
        where d.classid = '${catalog}'::regclass and d.objid = ${oid} and not (${but})) u)`;
}

/** Who needs an object: `rows` are those of pg_depend as `d`, `column` an expression for the column that is needed. */
export function incoming(rows: string, column: string, managed: Managed): string {
  const said = [...managedReaders(column, managed), ...managedOthers(managed), ...fixtures];
  return `(select json_agg(u.text order by u.text collate "C") from (select distinct coalesce(${said.join(`,
          `)}, json_build_array(d.classid::oid, d.objid, d.objsubid)::text) as text
        from (${rows}) d left join pg_rewrite dr on d.classid = 'pg_rewrite'::regclass and dr.oid = d.objid left join pg_class dc on dc.oid = dr.ev_class) u)`;
}

/** Whether a materialized view holds data decides what a plan says of it. */
function managedReaders(column: string, managed: Managed): readonly string[] {
  const named = (kind: Identity["kind"]) =>
    managed.flatMap((one) => (isRelation(one) && one.kind === kind ? [one.name] : []));
  const views = named("view");
  const filled = named("materialized view");
  const reads = `dc.relnamespace = n.oid and dr.rulename = '_RETURN'`;
  return [
    `case when ${reads} and dc.relkind = 'v' and dc.relname = any (${list(views)})
            then json_build_array(dc.relname, ${column}, d.refclassid::oid)::text end`,
    ...(filled.length === 0
      ? []
      : [
          `case when ${reads} and dc.relkind = 'm' and dc.relname = any (${list(filled)})
            then json_build_array('m', dc.relname, ${column}, d.refclassid::oid, dc.relispopulated)::text end`,
        ]),
  ];
}

/** Each by a look-up of its own, where the row is of its catalog. */
function managedOthers(managed: Managed): readonly string[] {
  const children = (kind: Identity["kind"]) =>
    managed.flatMap((one) => (isChild(one) && one.kind === kind ? [one] : []));
  const child = (kind: "trigger" | "policy" | "rule", catalog: string, relation: string, name: string) => {
    const all = children(kind);
    if (all.length === 0) return [];
    const wanted = `unnest(${list(all.map((one) => one.relation))}, ${list(all.map((one) => one.name))})`;
    return [
      `case when d.classid = '${catalog}'::regclass then (select json_build_array('${kind}', c.relname, x.${name}, d.deptype)::text
            from ${catalog} x join pg_class c on c.oid = x.${relation} where x.oid = d.objid and c.relnamespace = n.oid
              and (c.relname, x.${name}) in (select * from ${wanted})) end`,
    ];
  };
  const routines = managed.filter(isRoutine);
  return [
    ...child("trigger", "pg_trigger", "tgrelid", "tgname"),
    ...child("policy", "pg_policy", "polrelid", "polname"),
    ...child("rule", "pg_rewrite", "ev_class", "rulename"),
    ...(routines.length === 0
      ? []
      : [
          `case when d.classid = 'pg_proc'::regclass then (select json_build_array('routine', x.proname, x.prokind, ${typedList("x.proargtypes::oid[]")})::text
            from pg_proc x where x.oid = d.objid and x.pronamespace = n.oid
              and (x.proname::text, ${argumentsOf("x")}) in (select * from unnest(${list(
                routines.map(({ name }) => name),
                "text",
              )}, ${list(
                routines.map((one) => argumentsText(one.arguments)),
                "text",
              )}))) end`,
        ]),
  ];
}

/** What a plan would bind anew in a step of its own: that makes it nobody else's. Where it does not, the name says enough. */
const fixtures: readonly string[] = [
  `case when d.classid = 'pg_attrdef'::regclass then (select json_build_array('default', ${own("c.relnamespace")}, c.relname, a.attname)::text
            from pg_attrdef x join pg_class c on c.oid = x.adrelid join pg_attribute a on a.attrelid = c.oid and a.attnum = x.adnum
            where x.oid = d.objid and c.relkind in ('r', 'p', 'f')) end`,
  `case when d.classid = 'pg_constraint'::regclass then (select json_build_array('constraint', ${own("x.connamespace")}, c.relname, x.conname, x.contype)::text
            from pg_constraint x join pg_class c on c.oid = x.conrelid where x.oid = d.objid) end`,
];

/** Of a row of pg_proc: as `argumentsText` gives it. */
export function argumentsOf(row: string): string {
  return `array_to_string(array(select format_type(u.type, null) from unnest(${row}.proargtypes::oid[]) with ordinality as u(type, i) order by u.i), chr(1))`;
}

export function argumentsText(types: readonly string[]): string {
  return types.join("\u0001");
}
