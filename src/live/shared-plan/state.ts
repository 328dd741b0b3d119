/**
 * The state that a plan for a value of a matrix stands on, as one text that is equal for values in the same state: of each object that
 * the plan touches or that needs one of these, what the catalogs and the ledger say of it, with the value's own schema in
 * the place of its name. What cannot be told apart from the name is said by its oid, which is the same for no two values.
 */
import type { DeclaredObject } from "../../../graph/declared.ts";
import {
  type ChildIdentity,
  type Identity,
  identityKey,
  isChild,
  isRoutine,
  type RelationIdentity,
  type RoutineIdentity,
} from "../../../graph/identity.ts";
import { quoteIdentifier, quoteLiteral } from "../../../graph/quote.ts";
import { columnsOf } from "../../database/identity-columns.ts";
import { attachmentsHash, sameObject } from "../../database/remember.ts";
import { versionOfKinds } from "../../database/row-versions.ts";
import {
  argumentsOf,
  argumentsText,
  described,
  incoming,
  list,
  type Managed,
  type OwnTexts,
  outgoing,
  ownTexts,
  typed,
  typedList,
} from "./state-parts.ts";

/** Objects without their schema. */
export interface StateOf {
  /** Views, routines, triggers, rules and policies. */
  readonly objects: readonly Identity[];
  /** All that the values' components declare, or declared before. */
  readonly managed: Managed;
  /** How many names values have, as `ownNames`, where there are any beside the schema or files hold that: they are told by their places. */
  readonly names: number;
}

/** What tells a value from others. */
export interface StateValues {
  readonly scope: string;
  readonly schema: string;
  /** The folder of its components: `@tenant=acme/`. */
  readonly folder: string;
  /** In the order of `ownNames`. */
  readonly names: readonly string[];
  /** What its files declare. */
  readonly declared: Iterable<DeclaredObject>;
}

type Parameter = string | readonly string[];

/** Types of the parameters of `stateQuery`, and of `outcomeQuery`, as PREPARE has them. */
export function stateTypes({ names }: StateOf): readonly string[] {
  return ["text", "name", "text", "text", ...(names > 0 ? ["text[]", "jsonb"] : [])];
}

export function outcomeTypes({ names }: StateOf): readonly string[] {
  return ["name", ...(names > 0 ? ["text[]"] : [])];
}

export function stateParameters(of: StateOf, values: StateValues): readonly Parameter[] {
  const { scope, schema, folder, names, declared } = values;
  const place = [scope, schema, `${quoteIdentifier(schema)}.`, folder];
  if (of.names === 0) return place;
  const looked = new Set(of.objects.map((one) => identityKey({ ...one, schema })));
  const rows = [...declared]
    .filter(({ identity }) => looked.has(identityKey(identity)))
    .map((object) => ({
      ...columnsOf(object.identity),
      hash: object.hash,
      attachments_hash: attachmentsHash(object),
    }));
  return [...place, names, JSON.stringify(rows)];
}

export function outcomeParameters(of: StateOf, { schema, names }: StateValues): readonly Parameter[] {
  return of.names > 0 ? [schema, names] : [schema];
}

/** As an expression. */
export function parameterText(parameter: Parameter): string {
  return typeof parameter === "string"
    ? quoteLiteral(parameter)
    : `array[${parameter.map(quoteLiteral).join(", ")}]::text[]`;
}

/** One row with `state`; its parameters as `stateParameters`. In a transaction whose search_path is pg_catalog. */
export function stateQuery(ledgerSchema: string, project: string, of: StateOf): string {
  const { objects, managed } = of;
  const own = ownTexts(of, "$5::text[]");
  const files =
    of.names > 0
      ? `
    left join jsonb_to_recordset($6) as l(kind text, schema text, relation text, name text, arguments text[], hash text, attachments_hash text) on ${sameObject}`
      : "";
  const ledger: Ledger = (kind, relation, name, types) =>
    `left join ${quoteIdentifier(ledgerSchema)}.object o on o.project = ${quoteLiteral(project)} and o.scope = $1 and o.kind = ${kind} and o.schema = $2::text
      and o.relation = ${relation} and o.name = ${name} and o.arguments = ${types}${files}`;
  const views = objects.filter((one): one is RelationIdentity => one.kind === "view");
  const routines = objects.filter(isRoutine);
  const children = objects.filter(isChild);
  const parts = [
    // A parameter that is used nowhere has no type.
    ...(of.names > 0 ? ["$3::text is null"] : []),
    `(select json_build_array(${own.role("n.nspowner")}, ${own.acl("n.nspacl")},
      (select json_agg(json_build_array(${own.role("a.defaclrole")}, a.defaclobjtype, ${own.acl("a.defaclacl")}) order by ${own.role("a.defaclrole")}, a.defaclobjtype)
        from pg_default_acl a where a.defaclnamespace = n.oid)))`,
    ...(views.length === 0 ? [] : [viewsState(views, managed, ledger, own)]),
    ...(routines.length === 0 ? [] : [routinesState(routines, managed, ledger, own), overloads(routines)]),
    ...childKinds.flatMap(({ kind, state }) => {
      const some = children.filter((one) => one.kind === kind);
      return some.length === 0 ? [] : [state(some, managed, ledger, own)];
    }),
  ];
  return `select encode(sha256(convert_to(json_build_array(
    ${parts.join(",\n    ")})::text, 'UTF8')), 'hex') as state
  from pg_namespace n where n.nspname = $2::name`;
}

/**
 * One row with `state`: what a plan's statements leave behind that the state before may not decide: the types of what a text reads now and
 * did not before, by which PostgreSQL tells what it replaces, and what event triggers take a hand in.
 * Its parameters as `outcomeParameters`.
 */
export function outcomeQuery(of: StateOf): string {
  const { objects } = of;
  const own = ownTexts(of, "$2::text[]");
  const views = objects.filter(({ kind }) => kind === "view").map(({ name }) => name);
  const routines = objects.filter(isRoutine);
  const parts = [
    ...(of.names > 0 ? ["cardinality($2::text[])"] : []),
    ...(views.length === 0
      ? []
      : [
          `(select json_agg(json_build_array(c.relname, c.relkind, ${own.role("c.relowner")}, ${own.acl("c.relacl")}, c.reloptions, ${own.acl("t.typacl")},
        (select json_agg(json_build_array(a.attname, ${typed("a.atttypid", "a.atttypmod")}, a.attcollation) order by a.attnum)
          from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped)) order by c.relname)
      from pg_class c join pg_type t on t.oid = c.reltype where c.relnamespace = n.oid and c.relname = any (${list(views)}))`,
        ]),
    ...(routines.length === 0
      ? []
      : [
          `(select json_agg(json_build_array(p.proname, p.prokind, ${own.role("p.proowner")}, ${own.acl("p.proacl")},
        ${typed("p.prorettype", "null::int")}, ${typedList("coalesce(p.proallargtypes, p.proargtypes::oid[])")})
        order by p.proname, p.prokind, ${own.role("p.proowner")}, ${own.acl("p.proacl")}::text)
      from pg_proc p where p.pronamespace = n.oid and p.proname = any (${list(routines.map(({ name }) => name))}))`,
        ]),
  ];
  return `select json_build_array(${parts.join(",\n    ")})::text as state from pg_namespace n where n.nspname = $1::name`;
}

/** `query` as a statement that fails (22012) where its state is not the one that `wanted`, a parameter, says. */
export function checkOf(query: string, wanted: string): string {
  return `select 1 / (case when s.state = ${wanted} then 1 else 0 end) as same from (${query}) s`;
}

/** Joins the ledger's row `o` of an object; all are expressions. */
type Ledger = (kind: string, relation: string, name: string, types: string) => string;

/** What the ledger says of an object, which is `oid`; one that it does not know is nobody's equal. */
function inLedger(
  oid: string,
  kinds: Iterable<Identity["kind"]>,
  { definition, attachments }: OwnTexts,
): string {
  return `${definition}, ${attachments}, replace(o.component, $4, '@'), o.version = ${versionOfKinds(kinds)},
      case when o.name is null then ${oid} end`;
}

function viewsState(
  views: readonly RelationIdentity[],
  managed: Managed,
  ledger: Ledger,
  own: OwnTexts,
): string {
  const rows = (catalog: string, columns: string) =>
    `(select json_agg(json_build_array(x.classoid, x.objsubid, ${columns}) order by x.classoid, x.objsubid, ${columns}) from ${catalog} x
        where x.objoid = c.oid and x.classoid = 'pg_class'::regclass or x.objoid = r.oid and x.classoid = 'pg_rewrite'::regclass
          or x.objoid in (c.reltype, ct.typarray) and x.classoid = 'pg_type'::regclass)`;
  const needing = `select d.* from (select * from pg_depend where refclassid = 'pg_class'::regclass and refobjid = c.oid
            union all select * from pg_depend where refclassid = 'pg_type'::regclass and refobjid in (c.reltype, ct.typarray)) d
          where not (d.classid = 'pg_rewrite'::regclass and d.objid = r.oid) and d.deptype <> 'i'`;
  const column =
    "(select da.attname from pg_attribute da where da.attrelid = c.oid and da.attnum = d.refobjsubid)";
  return `(select json_agg(json_build_array(w.name, c.relkind, ${own.role("c.relowner")}, ${own.acl("c.relacl")}, c.reloptions, c.relreplident, ${own.acl("ct.typacl")},
      (select json_agg(json_build_array(a.attname, ${typed("a.atttypid", "a.atttypmod")}, a.attcollation, ${own.acl("a.attacl")}, a.attstattarget, a.attoptions,
          (select replace(pg_get_expr(f.adbin, f.adrelid), $3, chr(1)) from pg_attrdef f where f.adrelid = c.oid and f.adnum = a.attnum)) order by a.attnum)
        from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped),
      ${rows("pg_description", own.text("x.description"))}, ${rows("pg_seclabel", "x.label")},
      (select count(*) from pg_trigger t where t.tgrelid = c.oid), (select count(*) from pg_rewrite t where t.ev_class = c.oid),
      ${outgoing("pg_rewrite", "r.oid", "d.refclassid = 'pg_class'::regclass and d.refobjid = c.oid")},
      ${incoming(needing, column, managed)},
      (select count(*) from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.refclassid = 'pg_extension'::regclass),
      ${inLedger("c.oid", ["view"], own)}) order by w.i)
  from unnest(${list(views.map(({ name }) => name))}) with ordinality as w(name, i)
    left join pg_class c on c.relnamespace = n.oid and c.relname = w.name
    left join pg_rewrite r on r.ev_class = c.oid and r.rulename = '_RETURN' left join pg_type ct on ct.oid = c.reltype
    ${ledger("'view'", "''", "w.name::text", "'{}'")})`;
}

function routinesState(
  routines: readonly RoutineIdentity[],
  managed: Managed,
  ledger: Ledger,
  own: OwnTexts,
): string {
  const needing = `select * from pg_depend where refclassid = 'pg_proc'::regclass and refobjid = p.oid`;
  const wanted = routines.map(
    ({ kind, name, arguments: types }) =>
      `(${quoteLiteral(kind)}, ${quoteLiteral(name)}::name, ${list(types, "text")}, ${quoteLiteral(argumentsText(types))})`,
  );
  return `(select json_agg(json_build_array(w.kind, w.name, w.types, p.prokind, ${own.role("p.proowner")}, ${own.acl("p.proacl")}, p.prolang, p.procost, p.prorows,
      ${typed("p.provariadic", "null::int")}, p.prosupport::oid, p.prosecdef, p.proleakproof, p.proisstrict, p.proretset, p.provolatile, p.proparallel,
      ${typed("p.prorettype", "null::int")}, ${typedList("coalesce(p.proallargtypes, p.proargtypes::oid[])")}, p.proargmodes, p.proargnames,
      replace(pg_get_expr(p.proargdefaults, 0), $3, chr(1)), p.protrftypes, ${own.text("p.prosrc")}, p.probin, p.proconfig,
      ${described("pg_proc", "p.oid", own)},
      ${outgoing("pg_proc", "p.oid", "false")},
      ${incoming(needing, "null", managed)},
      ${inLedger(
        "p.oid",
        routines.map(({ kind }) => kind),
        own,
      )}) order by w.name, w.types)
  from (values ${wanted.join(", ")}) as w(kind, name, types, texts)
    left join pg_proc p on p.pronamespace = n.oid and p.proname = w.name and ${argumentsOf("p")} = w.texts
    ${ledger("w.kind", "''", "w.name::text", "w.types")})`;
}

/** Which other routines of these names there are: a text may come to mean another one. */
function overloads(routines: readonly RoutineIdentity[]): string {
  return `(select json_agg(json_build_array(p.proname, p.prokind, ${typedList("p.proargtypes::oid[]")}::text) order by p.proname, ${typedList("p.proargtypes::oid[]")}::text)
    from pg_proc p where p.pronamespace = n.oid and p.proname = any (${list(routines.map(({ name }) => name))}))`;
}

/** The relation that a child stands on; one with partitions has copies of it. */
const relation = (
  own: OwnTexts,
) => `c.relkind, ${own.role("c.relowner")}, c.relrowsecurity, c.relforcerowsecurity,
      case when c.relkind = 'p' or c.relispartition or c.relhassubclass then c.oid end`;

const childKinds: readonly {
  readonly kind: ChildIdentity["kind"];
  readonly state: (
    children: readonly ChildIdentity[],
    managed: Managed,
    ledger: Ledger,
    own: OwnTexts,
  ) => string;
}[] = [
  {
    kind: "trigger",
    state: childState({
      catalog: "pg_trigger",
      relation: "tgrelid",
      name: "tgname",
      says: ({
        text,
      }) => `${text("replace(pg_get_triggerdef(x.oid), $3, chr(1))")}, x.tgenabled, x.tgisinternal, x.tgtype, x.tgdeferrable, x.tginitdeferred, x.tgargs,
      case when x.tgconstraint <> 0 then obj_description(x.tgconstraint, 'pg_constraint') end, x.tgconstraint <> 0, x.tgparentid <> 0`,
    }),
  },
  {
    kind: "rule",
    state: childState({
      catalog: "pg_rewrite",
      relation: "ev_class",
      name: "rulename",
      says: () => "x.ev_type, x.ev_enabled, x.is_instead",
    }),
  },
  {
    kind: "policy",
    state: childState({
      catalog: "pg_policy",
      relation: "polrelid",
      name: "polname",
      says: ({
        role,
      }) => `x.polcmd, x.polpermissive, (select json_agg(case when m = 0 then 'PUBLIC' else ${role("m")} end order by i)
        from unnest(x.polroles) with ordinality as u(m, i)), x.polqual is null, x.polwithcheck is null`,
    }),
  },
];

interface ChildCatalog {
  readonly catalog: string;
  /** Columns of the catalog. */
  readonly relation: string;
  readonly name: string;
  /** Expressions over its row `x`. */
  readonly says: (own: OwnTexts) => string;
}

function childState({ catalog, relation: of, name, says }: ChildCatalog) {
  return (children: readonly ChildIdentity[], managed: Managed, ledger: Ledger, own: OwnTexts): string => {
    const kind = quoteLiteral(children[0]?.kind ?? "");
    const needing = `select * from pg_depend where refclassid = '${catalog}'::regclass and refobjid = x.oid`;
    return `(select json_agg(json_build_array(w.relation, w.name, c.relname, ${relation(own)}, ${says(own)},
      ${described(catalog, "x.oid", own)},
      ${outgoing(catalog, "x.oid", "d.refclassid = 'pg_constraint'::regclass and d.deptype = 'i'")},
      ${incoming(needing, "null", managed)},
      ${inLedger(
        "x.oid",
        children.map((one) => one.kind),
        own,
      )}) order by w.relation, w.name)
  from unnest(${list(children.map((one) => one.relation))}, ${list(children.map((one) => one.name))}) as w(relation, name)
    left join pg_class c on c.relnamespace = n.oid and c.relname = w.relation
    left join ${catalog} x on x.${of} = c.oid and x.${name} = w.name
    ${ledger(kind, "w.relation::text", "w.name::text", "'{}'")})`;
  };
}
