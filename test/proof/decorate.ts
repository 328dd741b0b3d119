/** Hangs all kinds of attachments on a third of a database's views, materialized views and routines. */
import { quoteIdentifier, quoteLiteral, quoteName } from "../../graph/quote.ts";
import type { Database } from "../../src/database/database.ts";
import { type Random, seededRandom } from "../property/random.ts";

const roles = ["alice", "bob", "carol"] as const;

interface Column {
  readonly name: string;
  /** pg_type.typcategory. */
  readonly category: string;
  readonly toastable: boolean;
}

type Target =
  | {
      readonly kind: "view" | "materialized view";
      readonly schema: string;
      readonly name: string;
      readonly columns: readonly Column[];
      readonly taken: boolean;
    }
  | {
      readonly kind: "function" | "procedure" | "aggregate";
      readonly signature: string;
      readonly taken: boolean;
    };

/** `managed` are the schemas. Returns how many objects got something; one seed hangs the same on the same objects. */
export async function decorate(
  database: Database,
  schemas: readonly string[],
  seed: number,
): Promise<number> {
  const random = seededRandom(seed);
  const [, rows] = await database.batch([
    "select set_config('search_path', 'pg_catalog', false)",
    targets(schemas),
  ]);
  const all = (rows ?? []).map((row) => row.target as Target);
  const chosen = all.filter((target) => random.chance(1 / 3) && !target.taken);
  await database.batch([
    ...schemas.flatMap(commonGround),
    ...chosen.flatMap((target, index) =>
      "signature" in target
        ? routineStatements(target, random)
        : relationStatements(target, `proof_${index}`, schemas[0] ?? "public", random),
    ),
  ]);
  return chosen.length;
}

/** What a file gave an owner, a comment, a CLUSTER mark, a default or a REVOKE keeps them: anything else would be drift. */
const taken = (catalog: string, oid: string, owner: string, more: string) =>
  `(exists (select from pg_description d where d.classoid = '${catalog}'::regclass and d.objoid = ${oid})
     or exists (select from pg_index i where '${catalog}' = 'pg_class' and i.indrelid = ${oid} and i.indisclustered)
     or ${owner} <> (select oid from pg_roles where rolname = current_user) or ${more})`;

const defaults = "exists (select from pg_attrdef d where d.adrelid = c.oid)";
const revoked =
  "(p.proacl is not null and not exists (select from aclexplode(p.proacl) x where x.grantee = 0))";

const targets = (schemas: readonly string[]) => `
  select json_build_object('kind', case c.relkind when 'v' then 'view' else 'materialized view' end, 'schema', n.nspname,
    'name', c.relname, 'taken', ${taken("pg_class", "c.oid", "c.relowner", defaults)}, 'columns', (select json_agg(json_build_object('name', a.attname, 'category', y.typcategory,
      'toastable', y.typstorage <> 'p') order by a.attnum)
      from pg_attribute a join pg_type y on y.oid = a.atttypid where a.attrelid = c.oid and a.attnum > 0)) as target
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where c.relkind in ('v', 'm') and n.nspname in (${schemas.map(quoteLiteral).join(", ")}) and ${noMember("pg_class", "c.oid")}
  union all
  select json_build_object('kind', case p.prokind when 'p' then 'procedure' when 'a' then 'aggregate' else 'function' end,
    'signature', p.oid::regprocedure::text, 'taken', ${taken("pg_proc", "p.oid", "p.proowner", revoked)})
  from pg_proc p join pg_namespace n on n.oid = p.pronamespace
  where n.nspname in (${schemas.map(quoteLiteral).join(", ")}) and p.prorettype <> 'event_trigger'::regtype
    and ${noMember("pg_proc", "p.oid")}`;

const noMember = (catalog: string, oid: string) =>
  `not exists (select from pg_depend x where x.classid = '${catalog}'::regclass and x.objid = ${oid} and x.deptype = 'e')`;

/** Materialized views are filled as their owners: these must be able to read everything. */
function commonGround(schema: string): readonly string[] {
  const name = quoteIdentifier(schema);
  const everybody = roles.join(", ");
  return [
    `grant usage, create on schema ${name} to ${everybody}, rita`,
    `grant select on all tables in schema ${name} to ${everybody}`,
    `grant execute on all routines in schema ${name} to ${everybody}`,
    `create or replace function ${name}.proof_trigger() returns trigger language plpgsql as 'begin return null; end'`,
    // None of this may come to what is made anew.
    `alter default privileges in schema ${name} grant all on tables to rita`,
    `alter default privileges in schema ${name} grant all on routines to rita`,
  ];
}

function relationStatements(
  target: Extract<Target, { kind: "view" | "materialized view" }>,
  unique: string,
  home: string,
  random: Random,
): readonly string[] {
  const { kind, schema, columns } = target;
  const name = quoteName(schema, target.name);
  const owner = random.pick(roles);
  const statements = [
    `alter ${kind} ${name} owner to ${owner}`,
    ...grantStatements(`table ${name}`, "select", owner, random),
    `comment on ${kind} ${name} is ${quoteLiteral(`it's ${target.name}`)}`,
    `comment on type ${name} is 'its row'`,
    `revoke usage on type ${name} from public`,
  ];
  for (const column of columns ?? []) {
    if (!random.chance(1 / 3)) continue;
    const quoted = quoteIdentifier(column.name);
    statements.push(
      `comment on column ${name}.${quoted} is 'column'`,
      `grant references (${quoted}) on ${name} to ${random.pick(roles)} with grant option, public`.replace(
        " with grant option, public",
        random.chance(0.5) ? ", public" : " with grant option",
      ),
    );
    const alter = `alter ${kind} ${name} alter column ${quoted}`;
    if (kind === "materialized view") {
      statements.push(`${alter} set statistics 17`, `${alter} set (n_distinct = 5)`);
      if (column.toastable) statements.push(`${alter} set storage main`);
    } else if (column.category === "N") statements.push(`${alter} set default 7`);
    else if (column.category === "S") statements.push(`${alter} set default 'x'`);
  }
  if (kind === "view") {
    statements.push(
      `alter view ${name} set (security_barrier = ${random.chance(0.5)})`,
      `create trigger ${unique} after update on ${name} for each statement execute function ${quoteIdentifier(home)}.proof_trigger('a')`,
      `comment on trigger ${unique} on ${name} is 'a trigger'`,
      `create rule ${unique}_rule as on delete to ${name} do also nothing`,
      `comment on rule ${unique}_rule on ${name} is 'a rule'`,
    );
    return statements;
  }
  const [first] = columns ?? [];
  statements.push(
    `alter materialized view ${name} set (fillfactor = 50, toast.autovacuum_enabled = off)`,
    `alter materialized view ${name} replica identity full`,
    `alter materialized view ${name} depends on extension plpgsql`,
  );
  if (first === undefined || !"NSD".includes(first.category)) return statements;
  const index = quoteName(schema, `${unique}_index`);
  const on = quoteIdentifier(first.name);
  statements.push(
    `create index ${unique}_index on ${name} (${on} desc) with (fillfactor = 60)`,
    `comment on index ${index} is 'an index'`,
    `alter materialized view ${name} cluster on ${unique}_index`,
    `create statistics ${quoteName(schema, `${unique}_statistics`)} on (${on} is null) from ${name}`,
    `alter statistics ${quoteName(schema, `${unique}_statistics`)} set statistics 19`,
  );
  return statements;
}

function routineStatements(
  { kind, signature }: Extract<Target, { signature: string }>,
  random: Random,
): readonly string[] {
  const owner = random.pick(roles);
  const star = kind === "aggregate" ? signature.replace(/\(\)$/, "(*)") : signature;
  return [
    `alter ${kind} ${star} owner to ${owner}`,
    ...grantStatements(`routine ${signature}`, "execute", owner, random),
    `comment on ${kind} ${star} is 'it''s a routine'`,
    `alter routine ${signature} depends on extension plpgsql`,
  ];
}

/** One role passes on what it got with grant option; the order of names must not matter. */
function grantStatements(on: string, privilege: string, owner: string, random: Random): readonly string[] {
  const others = roles.filter((role) => role !== owner);
  const [first, second] = random.chance(0.5) ? others : [...others].reverse();
  return [
    `grant ${privilege} on ${on} to ${first} with grant option`,
    `set role ${first}`,
    `grant ${privilege} on ${on} to ${second}, rita`,
    "reset role",
    ...(random.chance(0.5) ? [`grant ${privilege} on ${on} to public`] : []),
  ];
}
