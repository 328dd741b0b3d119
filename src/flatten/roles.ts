/** Roles that migrations made, and settings of roles and of the database: they are the server's, and may be there already. */
import { compareText } from "../../graph/compare.ts";
import { quoteIdentifier, quoteLiteral } from "../../graph/quote.ts";
import { countingRoles } from "../database/counting-roles.ts";
import type { Database } from "../database/database.ts";
import type { ExportNode } from "./export-node.ts";

interface RoleRow {
  readonly name: string;
  readonly words: string;
  readonly settings: readonly string[];
  readonly memberships: readonly string[];
}

export interface Roles {
  readonly roles: ReadonlyMap<string, RoleRow>;
  /** `name=value`, of the database for every role. */
  readonly settings: readonly string[];
}

const words: readonly (readonly [column: string, word: string])[] = [
  ["rolsuper", "SUPERUSER"],
  ["rolcreatedb", "CREATEDB"],
  ["rolcreaterole", "CREATEROLE"],
  ["rolcanlogin", "LOGIN"],
  ["rolreplication", "REPLICATION"],
  ["rolbypassrls", "BYPASSRLS"],
];

const query = (version: number, counting: string) => `select json_build_object('name', r.rolname,
    'words', concat_ws(' ', ${words.map(([column, word]) => `case when r.${column} then '${word}' end`).join(", ")}, case when not r.rolinherit then 'NOINHERIT' end,
      case when r.rolconnlimit <> -1 then 'CONNECTION LIMIT ' || r.rolconnlimit end, 'VALID UNTIL ' || quote_literal(r.rolvaliduntil)),
    'settings', (select coalesce(json_agg(x order by x), '[]') from pg_db_role_setting s, unnest(s.setconfig) x where s.setrole = r.oid and s.setdatabase = 0),
    'memberships', (select coalesce(json_agg(quote_ident(g.rolname) || ' TO ' || quote_ident(r.rolname) || ${version >= 160_000 ? "case when m.admin_option or not m.inherit_option or not m.set_option then ' WITH ADMIN ' || m.admin_option || ', INHERIT ' || m.inherit_option || ', SET ' || m.set_option else '' end" : "case when m.admin_option then ' WITH ADMIN OPTION' else '' end"} order by g.rolname), '[]')
      from pg_auth_members m join pg_roles g on g.oid = m.roleid where m.member = r.oid)) as item
  from pg_roles r where r.oid >= 16384 and r.rolname ${counting}`;

const databaseSettings = `select coalesce(json_agg(x order by x), '[]') as item from pg_db_role_setting s, unnest(s.setconfig) x
  where s.setrole = 0 and s.setdatabase = (select oid from pg_database where datname = current_database())`;

/** `scripts`: what ran. */
export async function readRoles(database: Database, scripts: readonly string[]): Promise<Roles> {
  const [rows = [], [settings] = []] = await database.batch([
    query(database.version, await countingRoles(database, scripts)),
    databaseSettings,
  ]);
  const roles = rows.map(({ item }) => item as RoleRow);
  return {
    roles: new Map(roles.map((one) => [one.name, one])),
    settings: (settings?.item ?? []) as readonly string[],
  };
}

/** What is there now and was not. `made`: roles that the tool made because they were missing. */
export function roleNodes(before: Roles, now: Roles, made: ReadonlySet<string>): readonly ExportNode[] {
  const found = [...now.roles.values()]
    .filter(({ name }) => !before.roles.has(name) && !made.has(name))
    .sort((a, b) => compareText(a.name, b.name));
  const nodes = found.map(({ name, words: attributes, settings, memberships }): ExportNode => {
    const create = `CREATE ROLE ${quoteIdentifier(name)}${attributes === "" ? "" : ` ${attributes}`}`;
    return {
      id: `role:${name}`,
      kind: "role",
      name: `role ${name}`,
      sql: [
        ifMissing(name, create),
        ...settings.map((one) => `ALTER ROLE ${quoteIdentifier(name)} SET ${settingText(one)}`),
        ...memberships.map((one) => `GRANT ${one}`),
      ],
      needs: memberships.flatMap((one) => {
        const group = found.find((other) => one.startsWith(`${quoteIdentifier(other.name)} TO `));
        return group === undefined ? [] : [`role:${group.name}`];
      }),
    };
  });
  const settings = now.settings.filter((one) => !before.settings.includes(one));
  if (settings.length === 0) return nodes;
  const sql = settings.map(
    (one) =>
      `DO ${quoteLiteral(`BEGIN EXECUTE pg_catalog.format('ALTER DATABASE %I SET ${settingText(one).replaceAll("%", "%%").replaceAll("'", "''")}', pg_catalog.current_database()); END`)}`,
  );
  return [...nodes, { id: "settings", kind: "role", name: "settings of the database", sql, needs: [] }];
}

/** Other databases of the server may have it already. */
function ifMissing(name: string, create: string): string {
  const body = `BEGIN
  IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = ${quoteLiteral(name)}) THEN
    ${create};
  END IF;
END`;
  return body.includes("$$") ? `DO ${quoteLiteral(body)}` : `DO $$${body}$$`;
}

/** Settings that are lists of names keep their elements apart. https://www.postgresql.org/docs/18/runtime-config-client.html */
const lists = new Set([
  "search_path",
  "temp_tablespaces",
  "session_preload_libraries",
  "local_preload_libraries",
]);

function settingText(text: string): string {
  const name = text.slice(0, text.indexOf("="));
  const value = text.slice(name.length + 1);
  const path = name.split(".").map(quoteIdentifier).join(".");
  return `${path} TO ${lists.has(name) && value !== "" ? value : quoteLiteral(value)}`;
}
