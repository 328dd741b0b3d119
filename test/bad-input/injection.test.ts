/**
 * Hostile names and texts in every place where they meet SQL: a build, a change of shape that sets everything aside,
 * recreates and restores it, and a second sync that has nothing to do. What comes out bears the same names, and nobody
 * else is touched. SEED=… repeats a run, RUNS=10 makes it ten times as long.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Database } from "../../src/database/database.ts";
import { describePlan } from "../cases/support/run-case.ts";
import { runScript, syncTexts } from "../cases/support/sync-texts.ts";
import { temporaryFolder } from "../config/folder.ts";
import { type FreshDatabase, freshDatabase, resetDatabase } from "../servers/database.ts";
import { hostileNames, hostileText } from "./hostile-names.ts";
import { runProject } from "./run-bad-input.ts";

const times = Number(process.env.RUNS ?? 1);
const seed = Number(process.env.SEED ?? Date.now() % 1_000_000_000);
console.log(`injection: SEED=${seed}`);

/** As the standard says, and not with the code under test. */
const q = (name: string) => `"${name.replaceAll('"', '""')}"`;
const text = (value: string) => ` E'${value.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;

interface Hostile {
  readonly names: readonly string[];
  readonly words: readonly string[];
}

const hostile: fc.Arbitrary<Hostile> = fc.record({
  names: hostileNames(24),
  words: fc.array(hostileText, { minLength: 8, maxLength: 8 }),
});

/** What the names are used for. */
function cast({ names, words }: Hostile) {
  const name = (i: number) => q(names[i] ?? "");
  const schema = name(0);
  const named = (i: number) => `${schema}.${name(i)}`;
  return {
    schema,
    table: named(1),
    a: name(2),
    b: name(3),
    view: named(4),
    over: named(5),
    stored: named(6),
    stranger: named(7),
    function: named(8),
    argument: name(9),
    triggered: named(10),
    trigger: name(11),
    rule: name(12),
    policy: name(13),
    index: name(14),
    role: name(15),
    other: name(16),
    handTrigger: name(17),
    handIndex: name(18),
    handRule: name(19),
    handPolicy: name(20),
    procedure: named(21),
    word: (i: number) => text(words[i] ?? ""),
  };
}

const canary = `create schema canary; create table canary.t (id int primary key, x text default 'canary');
insert into canary.t values (1), (2);
create function canary.f() returns int language sql as 'select count(*)::int from canary.t'; grant select on canary.t to public`;

function before(h: Hostile): string {
  const c = cast(h);
  return `${canary};
create role ${c.role}; create role ${c.other}; create schema ${c.schema};
create table ${c.table} (${c.a} int, ${c.b} text); insert into ${c.table} values (1, ${c.word(0)});
grant usage on schema ${c.schema} to ${c.role}, ${c.other}`;
}

/** `type` is that of the first column: another one changes the shape of all that reads it. */
function components(h: Hostile, type: string): ReadonlyMap<string, string> {
  const c = cast(h);
  return new Map([
    [
      "view.sql",
      `create view ${c.view} with (security_barrier = true) as select ${c.a}::${type} as ${c.a}, ${c.b}, ${c.word(1)}::text as plain from ${c.table};
comment on view ${c.view} is ${c.word(2)};
comment on column ${c.view}.${c.b} is ${c.word(3)};
alter view ${c.view} alter column ${c.b} set default ${c.word(4)};
grant select on ${c.view} to ${c.role};
grant update (${c.b}) on ${c.view} to ${c.role} with grant option;
create trigger ${c.trigger} instead of insert on ${c.view} for each row execute function ${c.triggered}(${c.word(5)});`,
    ],
    [
      "over.sql",
      `create view ${c.over} as select v.${c.a}, v.${c.b} as renamed from ${c.view} v where ${c.function}(v.${c.a}::int) is not null;`,
    ],
    [
      "stored.sql",
      `create materialized view ${c.stored} as select * from ${c.view};
create index ${c.index} on ${c.stored} (${c.b}) where ${c.b} <> ${c.word(6)};`,
    ],
    [
      "routines.sql",
      `create function ${c.function}(${c.argument} int default 1) returns int language sql set app.word = ${c.word(7)} as 'select $1';
comment on function ${c.function}(int) is ${c.word(0)};
revoke execute on function ${c.function}(int) from public;
grant execute on function ${c.function}(int) to ${c.role};
create procedure ${c.procedure}(inout ${c.argument} int) language sql as 'select 1';
create function ${c.triggered}() returns trigger language plpgsql as 'begin return new; end';`,
    ],
    [
      "table.sql",
      `create rule ${c.rule} as on update to ${c.table} where old.${c.b} = ${c.word(1)} do also select 1;
create policy ${c.policy} on ${c.table} to ${c.role} using (${c.b} <> ${c.word(2)});`,
    ],
  ]);
}

/** What no file declares. */
function byHand(h: Hostile): string {
  const c = cast(h);
  return `grant select on ${c.view} to ${c.other}; grant references (${c.a}) on ${c.over} to ${c.other};
alter view ${c.over} alter column renamed set default ${c.word(5)};
comment on view ${c.over} is ${c.word(6)}; comment on column ${c.over}.renamed is ${c.word(7)};
comment on materialized view ${c.stored} is ${c.word(0)};
create index ${c.handIndex} on ${c.stored} (${c.a}); comment on index ${c.schema}.${c.handIndex} is ${c.word(1)};
create view ${c.stranger} as select ${c.a}, ${c.word(2)}::text as word from ${c.view}; grant select on ${c.stranger} to ${c.other};
create trigger ${c.handTrigger} instead of update on ${c.over} for each row execute function ${c.triggered}(${c.word(3)});
comment on trigger ${c.handTrigger} on ${c.over} is ${c.word(4)};
create rule ${c.handRule} as on delete to ${c.view} do instead nothing;
create policy ${c.handPolicy} on ${c.table} using (${c.b} is not null); comment on policy ${c.handPolicy} on ${c.table} is ${c.word(5)}`;
}

function after(h: Hostile): string {
  const c = cast(h);
  return `drop schema ${c.schema} cascade; drop owned by ${c.role}, ${c.other}; drop role ${c.role}, ${c.other}`;
}

/** Every name, text and right, without types and oids. */
async function everything(database: Database, schema: string): Promise<unknown> {
  const own = `(select oid from pg_namespace where nspname = ${text(schema)})`;
  const rights = (acl: string) =>
    `array(select pg_get_userbyid(grantor) || ' ' || privilege_type || ' ' || is_grantable || ' ' || coalesce(r.rolname, '') from aclexplode(${acl}) x left join pg_roles r on r.oid = x.grantee order by 1)`;
  return database.batch([
    `select relkind, relname, reloptions, obj_description(oid, 'pg_class') as comment, ${rights("relacl")} as acl from pg_class where relnamespace = ${own} order by 1, 2`,
    `select c.relname, attname, col_description(attrelid, attnum) as comment, ${rights("attacl")} as acl, pg_get_expr(adbin, adrelid) as default
     from pg_attribute a join pg_class c on c.oid = attrelid left join pg_attrdef d on adrelid = attrelid and adnum = attnum
     where relnamespace = ${own} and attnum > 0 and relkind <> 'i' order by 1, attnum`,
    `select proname, proargnames, proconfig, obj_description(oid, 'pg_proc') as comment, ${rights("proacl")} as acl from pg_proc where pronamespace = ${own} order by 1`,
    `select relname, tgname, tgenabled, encode(tgargs, 'escape') as args, obj_description(t.oid, 'pg_trigger') as comment from pg_trigger t join pg_class c on c.oid = tgrelid where relnamespace = ${own} and not tgisinternal order by 1, 2`,
    `select relname, rulename, pg_get_expr(ev_qual, ev_class) as qual from pg_rewrite join pg_class c on c.oid = ev_class where relnamespace = ${own} and rulename <> '_RETURN' order by 1, 2`,
    `select polname, array(select rolname from pg_roles where oid = any (polroles)) as roles, pg_get_expr(polqual, polrelid) as qual, obj_description(p.oid, 'pg_policy') as comment from pg_policy p join pg_class c on c.oid = polrelid where relnamespace = ${own} order by 1`,
    `select relname, pg_get_expr(indpred, indrelid) as predicate from pg_index join pg_class c on c.oid = indexrelid where relnamespace = ${own} order by 1`,
  ]);
}

async function canaries(database: Database): Promise<unknown> {
  return database.batch([
    "select xmin::text, ctid::text, * from canary.t",
    "select oid, xmin::text, relacl::text from pg_class where relnamespace = 'canary'::regnamespace order by 1",
    "select canary.f() as f, oid, xmin::text from pg_proc where pronamespace = 'canary'::regnamespace",
    "select nspname from pg_namespace where nspname !~ '^pg_' order by 1",
  ]);
}

type Sync = (components: ReadonlyMap<string, string>) => Promise<string>;

/** `sync` returns the plan as text; `nothing to do` where there is none. */
async function check(database: Database, h: Hostile, sync: Sync): Promise<void> {
  const schema = h.names[0] ?? "";
  await runScript(database, before(h));
  await sync(components(h, "int"));
  await runScript(database, byHand(h));
  const untouched = await canaries(database);
  const expected = await everything(database, schema);
  expect(await sync(components(h, "int"))).not.toMatch(/recreate|replace|create/);
  expect(await sync(components(h, "bigint"))).toMatch(/recreate/);
  expect(await everything(database, schema)).toEqual(expected);
  expect(await canaries(database)).toEqual(untouched);
  expect(await sync(components(h, "bigint"))).toMatch(/^nothing to do/);
  const [first] = await database.query(
    `select format_type(atttypid, atttypmod) as type from pg_attribute where attrelid = ${text(cast(h).stored)}::regclass and attnum = 1`,
  );
  expect(first).toEqual({ type: "bigint" });
}

/** Found once: patterns of String.replace in names, and a line end in the name of a function. */
const examples: [Hostile, string, readonly string[]][] = ["$'", "$$", "$&", "$`", "\r\n"].map((name) => [
  {
    names: Array.from({ length: 24 }, (_, i) => `${name}${i}`),
    words: Array.from({ length: 8 }, (_, i) => `${i}${name}`),
  },
  name,
  [name],
]);

describe.each([
  [18, 12],
  ["embedded", 8],
] as const)("on %s", (where, numRuns) => {
  let database: FreshDatabase;
  beforeAll(async () => {
    database = await freshDatabase(where);
  });
  afterAll(() => database.drop());

  test(
    "names and texts in SQL",
    async () => {
      await fc.assert(
        fc.asyncProperty(hostile, hostileText, hostileNames(1), async (h, project, [ledgerSchema]) => {
          await resetDatabase(database);
          if (ledgerSchema === undefined || h.names[0] === ledgerSchema) return;
          try {
            await check(database, h, async (texts) => {
              const options = { project, ledgerSchema, searchPath: ["public", h.names[0] ?? ""] };
              return describePlan((await syncTexts(database, texts, options)).result);
            });
          } finally {
            await database.query("rollback");
            await runScript(database, after(h));
          }
        }),
        { seed, numRuns: numRuns * times, examples },
      );
    },
    120_000 * times,
  );
});

describe("through the command line, on 18", () => {
  let database: FreshDatabase;
  beforeAll(async () => {
    database = await freshDatabase(18);
  });
  afterAll(() => database.drop());

  test(
    "file names, migrator.json, and variables through ident and literal",
    async () => {
      const fileName = hostileText
        .map((name) => `${name.replaceAll("/", "-").slice(0, 40)}x`)
        .filter((name) => !/^[.#]/.test(name));
      await fc.assert(
        fc.asyncProperty(
          hostile,
          fc.uniqueArray(fileName, { minLength: 5, maxLength: 5 }),
          hostileText,
          hostileNames(1),
          async (h, files, project, [ledgerSchema]) => {
            await resetDatabase(database);
            if (h.names[0] === ledgerSchema) return;
            const folder = temporaryFolder({ "migrator/components/.gitkeep": "" });
            const variables = {
              schema: h.names[0],
              view: [h.names[0], h.names[22]],
              column: [h.names[23]],
              words: h.words,
              nested: { [h.words[0] ?? ""]: h.words[1] },
            };
            const config = { project, ledgerSchema, searchPath: ["public", h.names[0]], variables };
            writeFileSync(join(folder, "migrator.json"), JSON.stringify(config));
            const template = `{% from "_macros.sql.jinja" import shown %}-- {{ words[2] | json }}
create view {{ view | ident }} as select {{ shown(words[0]) }}::text as {{ column | ident }}, {{ words }} as words, {{ nested }} as nested, t.x from canary.t as t;
create function {{ [schema, "printed"] | ident }}() returns text language plpgsql as $body$ begin return {{ words[1] }} || $$ $$ || {{ words[3] ~ "" }}; end $body$;
create function {{ [schema, "quoted"] | ident }}() returns text language sql as {{ "select " ~ (words[1] | literal) ~ "::text" }};`;
            writeFileSync(
              join(folder, "migrator/components/_macros.sql.jinja"),
              "{% macro shown(value) %}{{ value }}{% endmacro %}",
            );
            writeFileSync(join(folder, "migrator/components/template.sql.jinja"), template);
            const env = { DATABASE_URL: database.url ?? "" };
            try {
              await check(database, h, async (texts) => {
                for (const [i, content] of [...texts.values()].entries()) {
                  const name = /^@|^_/.test(files[i] ?? "") ? `x${files[i]}` : files[i];
                  writeFileSync(join(folder, "migrator/components", `${name}.sql`), content);
                }
                const ran = await runProject(folder, ["sync"], env);
                expect(ran).toMatchObject({ exit: 0, stderr: "" });
                return ran.stdout;
              });
              for (const args of [
                ["status", "--all"],
                ["graph"],
                ["graph", "--format", "dot"],
                ["graph", "--format", "mermaid"],
                ["component", "list"],
                ["component", "diff"],
                ["doctor"],
                ["plan", "--sql"],
              ]) {
                expect(await runProject(folder, args, env), args.join(" ")).toMatchObject({
                  exit: 0,
                  stderr: "",
                });
              }
              const view = [h.names[0], h.names[22]].map((name) => q(name ?? "")).join(".");
              const [row] = await database.query(`select * from ${view} limit 1`);
              expect(row).toEqual({
                [h.names[23] ?? ""]: h.words[0],
                words: h.words,
                nested: variables.nested,
                x: "canary",
              });
              const [printed] = await database.query(
                `select ${q(h.names[0] ?? "")}.printed() as printed, ${q(h.names[0] ?? "")}.quoted() as quoted`,
              );
              expect(printed).toEqual({ printed: `${h.words[1]} ${h.words[3]}`, quoted: h.words[1] });
            } finally {
              await database.query("rollback");
              await runScript(database, after(h));
            }
          },
        ),
        { seed, numRuns: 8 * times },
      );
    },
    120_000 * times,
  );

  test(
    "the schemas of idempotent_schemas/, built, rebuilt and bound to anew",
    async () => {
      const folderName = hostileNames(1).filter(
        ([name = ""]) => !/[/~#.]|\.swp$|\.tmp$|^4913$|^[_@]/.test(name),
      );
      await fc.assert(
        fc.asyncProperty(folderName, async ([schema = ""]) => {
          await resetDatabase(database);
          const below = `migrator/components/idempotent_schemas/${schema}`;
          const folder = temporaryFolder({
            "migrator.json": JSON.stringify({ project: "app" }),
            [`${below}/v.sql`]: `create view ${q(schema)}.v as select 1 as x;`,
            "migrator/components/w.sql": `create view w as select x from ${q(schema)}.v;`,
          });
          const env = { DATABASE_URL: database.url ?? "" };
          for (const args of [["sync"], ["rebuild", "--plan", "--", schema], ["rebuild", "--", schema]])
            expect(await runProject(folder, args, env), args.join(" ")).toMatchObject({
              exit: 0,
              stderr: "",
            });
          const again = await runProject(folder, ["sync"], env);
          expect(again).toMatchObject({ exit: 0, stdout: expect.stringMatching(/^nothing to do/m) });
          expect(await database.query("select x from w")).toEqual([{ x: 1 }]);
          const schemas = await database.query(
            "select nspname from pg_namespace where nspname !~ '^pg_' and nspname not in ('public', 'migrator', 'information_schema')",
          );
          expect(schemas).toEqual([{ nspname: schema }]);
        }),
        { seed, numRuns: 8 * times },
      );
    },
    120_000 * times,
  );
});
