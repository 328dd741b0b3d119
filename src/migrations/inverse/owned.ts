/** SQL for owners and access control lists of objects of every class. */

/** Catalog, prefix of its columns, the letter that acldefault takes; null where the class has no grants. */
const ownedCatalogs: readonly (readonly [
  catalog: string,
  owner: string,
  acl: string | null,
  letter: string,
])[] = [
  ["pg_class", "relowner", "relacl", "CASE o.relkind WHEN 'S' THEN 's' ELSE 'r' END"],
  ["pg_proc", "proowner", "proacl", "'f'"],
  ["pg_type", "typowner", "typacl", "'T'"],
  ["pg_namespace", "nspowner", "nspacl", "'n'"],
  ["pg_database", "datdba", "datacl", "'d'"],
  ["pg_foreign_data_wrapper", "fdwowner", "fdwacl", "'F'"],
  ["pg_foreign_server", "srvowner", "srvacl", "'S'"],
  ["pg_language", "lanowner", "lanacl", "'l'"],
  ["pg_tablespace", "spcowner", "spcacl", "'t'"],
  ["pg_largeobject_metadata", "lomowner", "lomacl", "'L'"],
  ["pg_operator", "oprowner", null, "NULL"],
  ["pg_opclass", "opcowner", null, "NULL"],
  ["pg_opfamily", "opfowner", null, "NULL"],
  ["pg_collation", "collowner", null, "NULL"],
  ["pg_conversion", "conowner", null, "NULL"],
  ["pg_ts_dict", "dictowner", null, "NULL"],
  ["pg_ts_config", "cfgowner", null, "NULL"],
  ["pg_statistic_ext", "stxowner", null, "NULL"],
  ["pg_event_trigger", "evtowner", null, "NULL"],
  ["pg_publication", "pubowner", null, "NULL"],
  ["pg_subscription", "subowner", null, "NULL"],
];

/**
 * For an address `a` (classid, objid) in the same FROM: a subquery of `owner` (an oid), `acl` (NULL where nothing was granted
 * or revoked), `defaults` (what a NULL means) and `letter`.
 */
export function ownedRow(a: string): string {
  const branches = ownedCatalogs.map(
    ([catalog, owner, acl, letter]) =>
      `SELECT o.${owner} AS owner, ${acl === null ? "NULL::pg_catalog.aclitem[]" : `o.${acl}`} AS acl, (${letter})::pg_catalog."char" AS letter
FROM pg_catalog.${catalog} AS o WHERE ${a}.classid = 'pg_catalog.${catalog}'::pg_catalog.regclass AND o.oid = ${a}.objid`,
  );
  return `(SELECT u.owner, u.acl, u.letter, CASE WHEN u.letter IS NOT NULL THEN pg_catalog.acldefault(u.letter, u.owner) END AS defaults
FROM (${branches.join(" UNION ALL ")}) AS u)`;
}

/** An access control list as JSON, each entry a `Grant`. */
export function grantsJson(acl: string, where = "true"): string {
  return `(SELECT COALESCE(pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object(
  'grantor', pg_catalog.pg_get_userbyid(g.grantor),
  'grantee', CASE WHEN g.grantee <> 0 THEN pg_catalog.pg_get_userbyid(g.grantee) END,
  'privilege', g.privilege_type, 'grantable', g.is_grantable)), '[]'::pg_catalog.jsonb)
FROM pg_catalog.aclexplode(${acl}) AS g WHERE ${where})`;
}
