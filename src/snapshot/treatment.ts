/** How a column of a catalog is compared: as SQL over the catalog's row, which goes by the alias `r`. */

/** What a fact is about: what hangs on an object and must survive it, or what the object itself is. */
export type About = "attachment" | "definition";

export type Treatment =
  | {
      readonly kind: "compared";
      readonly about: About;
      /** An expression over the row `r`; null is "nothing". */
      readonly sql: (column: string) => string;
      readonly versions: VersionRange;
    }
  /** Says nothing about the object, or is said elsewhere: the reason. */
  | { readonly kind: "left out"; readonly reason: string; readonly versions: VersionRange };

/** The major versions that have the column. */
interface VersionRange {
  readonly from: number;
  readonly to: number;
}

export interface Catalog {
  /** The object that a row speaks of, by its name. */
  readonly object: string;
  /** The relation or routine that it is a part of, by its name: itself, where it is no part. */
  readonly anchor?: string;
  /** Which part of the object: `column a`, or empty. */
  readonly part?: string;
  /** Overrides what the columns say, row by row: an expression that gives `attachment` or `definition`. */
  readonly about?: string;
  /** The first version that has it; all of them where it is left out. */
  readonly since?: number;
  /** Rows that are compared. */
  readonly where: string;
  readonly columns: Readonly<Record<string, Treatment>>;
}

const always: VersionRange = { from: 0, to: Number.POSITIVE_INFINITY };

function compared(sql: (column: string) => string): Treatment {
  return { kind: "compared", about: "attachment", sql, versions: always };
}

/** As it is. */
export const same = compared((column) => `${column}::text`);

/** An array or list of options whose order means nothing. */
export const sorted = compared(
  (column) => `(select string_agg(x, ', ' order by x) from unnest(${column}::text[]) x)`,
);

export const leftOut = (reason: string): Treatment => ({ kind: "left out", reason, versions: always });

/** It is what the row is found by. */
export const inName = leftOut("stands in the object's name");

/** An expression of its own, `COLUMN` standing for the column. */
export const expression = (sql: string): Treatment => compared((column) => sql.replaceAll("COLUMN", column));

/** The oid of a row of another catalog. */
export const named = (catalog: string): Treatment => compared((column) => nameOf(catalog, column));

/** An array or vector of oids, in its order. */
export const namedEach = (catalog: string): Treatment =>
  compared(
    (column) =>
      `(select string_agg(${nameOf(catalog, "u.x")}, ', ' order by u.n) from unnest(${column}::oid[]) with ordinality as u(x, n))`,
  );

export const type = compared((column) => `case when ${column} <> 0 then format_type(${column}, null) end`);

export const typeEach = compared(
  (column) =>
    `(select string_agg(format_type(u.x, null), ', ' order by u.n) from unnest(${column}::oid[]) with ordinality as u(x, n))`,
);

export const role = compared((column) => `pg_get_userbyid(${column})::text`);

/** Numbers of columns of the relation whose oid `relation` gives. */
export const columnNames = (relation: string): Treatment =>
  compared(
    (column) =>
      `(select string_agg(coalesce(a.attname, '(' || u.x || ')'), ', ' order by u.n)
         from unnest(${column}::int2[]) with ordinality as u(x, n)
         left join pg_attribute a on a.attrelid = ${relation} and a.attnum = u.x and u.x <> 0)`,
  );

/** A stored expression over the relation whose oid `relation` gives. */
export const deparsed = (relation: string): Treatment =>
  compared((column) => `pg_get_expr(${column}, ${relation})`);

/**
 * An access control list as a set of grants, `defaults` where it is NULL: which grant came first means nothing, and
 * neither does whether the defaults are written down.
 */
export const acl = (defaults: string): Treatment => compared((column) => grantsOf(column, defaults));

function grantsOf(column: string, defaults: string): string {
  return `(select string_agg(pg_get_userbyid(g.grantor) || ' gives ' || g.privilege_type || ' to '
      || case g.grantee when 0 then 'PUBLIC' else pg_get_userbyid(g.grantee) end
      || case when g.is_grantable then ' with grant option' else '' end, ', ' order by pg_get_userbyid(g.grantor), pg_get_userbyid(g.grantee), g.privilege_type)
    from aclexplode(coalesce(${column}, ${defaults})) g)`;
}

/** What the object is, and not what hangs on it. */
export function defines(treatment: Treatment): Treatment {
  return treatment.kind === "compared" ? { ...treatment, about: "definition" } : treatment;
}

/** A column that not all versions have; `to` is the last one. */
export function inVersions(from: number, to: number, treatment: Treatment): Treatment {
  return { ...treatment, versions: { from, to } };
}

export const since = (from: number, treatment: Treatment): Treatment =>
  inVersions(from, Number.POSITIVE_INFINITY, treatment);

/** `view public.v`, as pg_identify_object prints it; null where the oid is 0. */
export function nameOf(catalog: string, oid: string): string {
  return identify(`'pg_catalog.${catalog}'::regclass`, oid);
}

export function identify(classId: string, oid: string): string {
  return `(select o.type || ' ' || o.identity from pg_identify_object(${classId}, ${oid}, 0) o where ${oid}::oid <> 0)`;
}

/** `column a` for the part of a relation, `otherwise` for the whole. */
export function subObject(classId: string, oid: string, number: string, otherwise: string): string {
  return `coalesce((select 'column ' || a.attname || ' ' from pg_attribute a where ${number} <> 0
    and ${classId} = 'pg_class'::regclass and a.attrelid = ${oid} and a.attnum = ${number}), '') || ${otherwise}`;
}
