/**
 * The same change on values in the same state is planned for one of them and done for the others: a database where that is done and one
 * where each is planned come to the same, by every catalog and by the ledger, after every one of many changes of the files.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { quoteIdentifier } from "../../graph/quote.ts";
import { seededRandom } from "../property/random.ts";
import { openPlannedTwice, type PlannedTwice } from "./planned-twice.ts";

const evil = `Zwö"lf '; drop schema acme cascade; --`;
const alike = ["acme", "globex", "initech", "umbrella", evil, "v1", "stark", "public2"];
/** Each differs from the others in what no file says. */
const others: Readonly<Record<string, (schema: string) => string>> = {
  "more columns": (schema) => `alter table ${schema}.items add column more int`,
  "a stranger": (schema) => `create view ${schema}.stranger as select * from ${schema}.v0`,
  granted: (schema) => `grant select on ${schema}.v0 to public`,
  commented: (schema) => `comment on column ${schema}.v1.id is 'by hand'`,
  drifted: (schema) => `drop view ${schema}.v2; create view ${schema}.v2 as select 1 as by_hand`,
  triggered: (schema) =>
    `create trigger t instead of insert on ${schema}.v0 for each row execute function public.nothing()`,
  "other type": (schema) => `comment on schema ${schema} is 'its column id is a bigint'`,
  overloaded: (schema) =>
    `create function ${schema}.f0(numeric) returns text language sql as $$ select 'by hand' $$`,
  "function granted": (schema) => `revoke execute on function ${schema}.f0(int) from public`,
  "trigger off": (schema) => `alter table ${schema}.items disable trigger t0`,
  "policy by hand": (schema) => `create policy by_hand on ${schema}.items using (${schema}.f0(id) <> '')`,
  "default privileges": (schema) =>
    `alter default privileges in schema ${schema} grant select on tables to bob; alter default privileges in schema ${schema} grant execute on functions to carol`,
  "default by hand": (schema) => `alter table ${schema}.items alter column name set default ${schema}.f0(1)`,
};
const values = [...alike, ...Object.keys(others)].map((key) => ({
  key,
  id: key === "other type" ? "bigint" : "int",
}));

type Choose = (from: readonly string[]) => string;

const id = ["id", "id::bigint as id", "id::text as id", "id as number, id"];
const name = ["name", "upper(name) as name", "name::varchar(20) as name", "'a.b' as name, name as more"];
const amount = ["amount", "amount::float8 as amount", "amount + 1 as amount", "amount as cost"];

/** What a file may say: v0 and v1 stand on the table, the others on what is before them. */
function viewText(i: number, choose: Choose): string {
  const from = i < 2 ? "items" : `v${choose(["0", "1"])}`;
  const calls = i === 4 ? ", f0(1) as called" : "";
  const columns =
    i < 2 ? [choose(id), choose(name), choose(amount)] : [choose(["*", "x.*, 1 as one", "count(*) as n"])];
  const comment = choose([
    "",
    `;\ncomment on view v${i} is 'as ${choose(["this", "that"])}'`,
    `;\ngrant select on v${i} to public`,
  ]);
  return `create view v${i} as select ${columns.join(", ")}${calls} from ${from} x${comment};`;
}

/** f0 is what a view calls; f1 reads views by their names; both may come to have another signature. */
function functionText(choose: Choose): string {
  const body = choose([
    "language sql as $$ select max(name) from items where id = $1 $$",
    "language plpgsql as $$ begin return (select name from items limit 1); end $$",
    "language plpgsql stable as $$ declare x text; begin select 'b' into x; return x; end $$",
    "language sql begin atomic select max(name) from items where items.id = $1; end",
  ]);
  const comment = choose(["", ";\ncomment on function f0(int) is 'called'"]);
  return `create function f0(${choose(["int", "wanted int", "int default 1"])}) returns ${choose(["text", "text", "varchar"])} ${body}${comment};`;
}

const texts: Readonly<Record<string, (choose: Choose) => string>> = {
  ...Object.fromEntries(
    Array.from({ length: 6 }, (_, i) => [`v${i}`, (choose: Choose) => viewText(i, choose)]),
  ),
  f0: functionText,
  f1: (choose) =>
    `create function f1() returns bigint language ${choose(["sql as $$ select count(*) from v0 $$", "plpgsql as $$ begin return (select count(*) from v1); end $$"])};`,
  t0: (
    choose,
  ) => `create function tf() returns trigger language plpgsql as $$ begin ${choose(["", "new.name := f0(1);"])} return new; end $$;
    create trigger t0 ${choose(["before", "after"])} insert ${choose(["", "or update of name"])} on items for each row ${choose(["", "when (new.id > 0)"])} execute function tf();`,
  p0: (choose) =>
    `create policy p0 on items ${choose(["", "for select"])} using (${choose(["id > 0", "name = f0(id)", "true"])})${choose(["", ";\ncomment on policy p0 on items is 'whose'"])};`,
};
const named = [
  { key: "usual", owner: "alice", region: "eu" },
  { key: "usual2", owner: "bob", region: "us" },
  { key: "usual3", owner: "carol", region: "items" },
  { key: "usual4", owner: "alice", region: "asia" },
  { key: "odd", owner: "bob", region: "bob" },
  { key: "rita", owner: "rita", region: "eu" },
  { key: "v1", owner: "carol", region: "id" },
  { key: 'Q"uote', owner: "bob", region: "it's" },
];

/** Templates that say names of the value: in grants, policies and texts, and as its schema. */
const namedTexts: Readonly<Record<string, (choose: Choose) => string>> = {
  v0: (choose) =>
    `create view v0 as select ${choose(id)}, ${choose(["name", "name || {{ region }} as name"])} from ${choose(["items", "{{ schema | ident }}.items"])};
    ${choose(["", "grant select on v0 to {{ owner | ident }}", "grant select, insert on v0 to {{ owner | ident }}, rita with grant option"])};`,
  v1: (choose) =>
    `create view v1 as select ${choose(["*", "x.name, 1 as one", "count(*) as n"])} from v0 x${choose(["", " where {{ region }} <> ''"])};
    ${choose(["", "alter view v1 owner to {{ owner | ident }}", "comment on view v1 is {{ region }}"])};`,
  f0: (choose) =>
    `create function f0(int) returns ${choose(["text", "varchar"])} language sql ${choose(["", "stable "])}as $$ select max(name) from items $$;
    ${choose(["", "revoke execute on function f0(int) from public; grant execute on function f0(int) to {{ owner | ident }}"])};`,
  p0: (choose) =>
    `create policy p0 on items ${choose(["", "for select"])} to ${choose(["{{ owner | ident }}", "public", "bob"])} using (${choose(["id > 0", "name = f0(id)", "name = {{ region }}"])});`,
  g0: (choose) => `create view g0 as select 1 as one;\ngrant select on g0 to ${choose(["alice", "bob"])};`,
};
const vanishing = ["v2", "v3", "v5", "f1", "p0", "t0"];

/** A change of one file, and how many values a plan made for others does. */
interface Edit {
  readonly file: string;
  readonly before?: string;
  /** Null: it goes. */
  readonly text: string | null;
  readonly shared: number;
}

const seeds = Number(process.env.PLANS ?? 1);
const rounds = Number(process.env.ROUNDS ?? 6);

describe.each([15, 18] as const)("on %s", (version) => {
  let twice: PlannedTwice;
  beforeAll(async () => {
    twice = await openPlannedTwice(version);
  });
  afterAll(() => twice.drop());

  test.each(Array.from({ length: seeds }, (_, i) => Number(process.env.SEED ?? 1) + i))(
    "seed %s",
    async (seed) => {
      const random = seededRandom(seed);
      const choose: Choose = (from) => random.pick(from);
      await twice.begin(values);
      for (const [file, text] of Object.entries(texts)) twice.write(file, text(choose));
      const shares = [await twice.sync()];
      await twice.run(
        Object.entries(others)
          .map(([key, sql]) => sql(quoteIdentifier(key)))
          .join(";\n"),
      );
      for (let round = 0; round < rounds; round++) {
        const file = choose(Object.keys(texts));
        const goes = vanishing.includes(file) && random.chance(0.2);
        twice.write(file, goes ? null : (texts[file]?.(choose) ?? null));
        shares.push(await twice.sync());
      }
      expect(shares.some((count) => count >= alike.length - 3)).toBe(true);
    },
    300_000,
  );

  // Each has a role of its own, some one that is called as the schema or as another word of the files.
  test.each(Array.from({ length: seeds }, (_, i) => Number(process.env.SEED ?? 1) + i))(
    "names of their own, seed %s",
    async (seed) => {
      const random = seededRandom(seed);
      const choose: Choose = (from) => random.pick(from);
      await twice.begin(named);
      const text = (file: string) => namedTexts[file]?.(choose) ?? null;
      for (const file of Object.keys(namedTexts)) twice.write(file, text(file), "sql.jinja");
      const shares = [await twice.sync()];
      await twice.run("grant select on odd.v0 to rita");
      for (let round = 0; round < rounds; round++) {
        const file = choose(Object.keys(namedTexts));
        twice.write(file, text(file), "sql.jinja");
        shares.push(await twice.sync());
      }
      expect(Math.max(...shares)).toBeGreaterThan(0);
    },
    300_000,
  );

  const five = ["acme", "globex", "initech", "umbrella", evil].map((key) => ({ key }));
  const base: Readonly<Record<string, string>> = {
    v: "create view v as select id, name from items;",
    w: "create view w as select id from v;",
    f: "create function f(int) returns text language plpgsql as $$ begin return (select max(name) from items); end $$;",
    u: "create view u as select f(id) as said from items;",
    t: `create function tf() returns trigger language plpgsql as $$ begin return new; end $$;
      create trigger t before insert on items for each row execute function tf();
      comment on trigger t on items is 'fires';`,
    i: "create trigger i instead of insert on v for each row execute function public.nothing();",
    p: "create policy p on items using (name = f(id));",
    r: "create rule r as on insert to w do instead nothing;",
  };

  const owners = ["alice", "bob", "carol", "rita", "alice"];
  const regions = ["eu", "us", "asia", "africa", "oceania"];
  const fiveNamed = ["n1", "n2", "n3", "n4", "n5"].map((key, i) => ({
    key,
    owner: owners[i] ?? "",
    region: regions[i] ?? "",
  }));
  const namedBase: Readonly<Record<string, string>> = {
    v: "create view v as select id, name from items where name <> {{ region }};\ngrant select on v to {{ owner | ident }};",
    w: "create view w as select id from v;\ngrant select (id) on w to {{ owner | ident }} with grant option;",
    f: "create function f(int) returns text language sql as $$ select max(name) from items $$;\nrevoke all on function f(int) from public;\ngrant execute on function f(int) to {{ owner | ident }};",
    p: "create policy p on items to {{ owner | ident }} using (name = f(id) or name = {{ region }});",
    e: "create view e as select id from {{ schema | ident }}.items;\ncomment on view e is 'ids';",
    o: "create view o as select id from items;\nalter view o owner to {{ owner | ident }};",
    u: "create view u as select 1 as one;\ncomment on view u is {{ region }};",
  };
  const changed = (file: string, from: string, to: string, shared = 3) => ({
    file,
    text: (namedBase[file] ?? "").replace(from, to),
    shared,
  });
  test.each([
    ["a view is made anew, and its reader", changed("v", "select id,", "select id::text as id,")],
    ["a view's columns", changed("v", "select id, name", "select id, name, 1 as one")],
    ["what a view is compared with", changed("v", "<> {{ region }}", "<> {{ region }} || 'x'")],
    ["a grant to the value's role", changed("v", "grant select", "grant select, insert")],
    ["a function's body", changed("f", "max", "min")],
    ["a function's result, with a policy", changed("f", "returns text", "returns varchar")],
    ["a policy's expression", changed("p", "or name = {{ region }}", "or name > {{ region }}")],
    ["a policy's roles", changed("p", "to {{ owner | ident }}", "to {{ owner | ident }}, rita", 2)],
    ["a view that names its schema", changed("e", "select id", "select id::bigint as id")],
    ["a view of the value's role", changed("o", "select id", "select id::bigint as id")],
    ["a comment of the value", changed("u", "{{ region }}", "{{ 'in ' ~ region }}", 0)],
    ["a comment that stays", changed("u", "1 as one", "'1' as one")],
  ])(
    "names of their own: %s",
    async (_, { file, text, shared }) => {
      await twice.begin(fiveNamed);
      for (const [name, said] of Object.entries(namedBase)) twice.write(name, said, "sql.jinja");
      await twice.sync();
      twice.write(file, text, "sql.jinja");
      expect(await twice.sync()).toBe(shared);
    },
    60_000,
  );

  /** Of five values all but the two that the plan was learnt of. */
  test.each<readonly [string, Edit]>([
    ["a function's body", { file: "f", text: (base.f ?? "").replace("max", "min"), shared: 3 }],
    [
      "a function's language",
      { file: "f", text: "create function f(int) returns text language sql as 'select ''x''';", shared: 3 },
    ],
    [
      "a function's result, with a view and a policy that call it",
      { file: "f", text: (base.f ?? "").replace("returns text", "returns varchar"), shared: 3 },
    ],
    [
      "a function's argument, and nobody that calls it",
      {
        file: "g",
        text: "create function g(bigint) returns int language sql as 'select 2';",
        shared: 3,
        before: "create function g(int) returns int language sql as 'select 1';",
      },
    ],
    [
      "a function is new",
      { file: "g", text: "create function g() returns int language sql as 'select 1';", shared: 3 },
    ],
    [
      "a function goes",
      {
        file: "g",
        text: null,
        shared: 3,
        before:
          "create function g() returns int language sql as 'select 1';\ngrant execute on function g() to public;",
      },
    ],
    [
      "a trigger's condition",
      {
        file: "t",
        text: (base.t ?? "").replace("for each row", "for each row when (new.id > 1)"),
        shared: 3,
      },
    ],
    [
      "a trigger's function",
      { file: "t", text: (base.t ?? "").replace("return new", "return null"), shared: 3 },
    ],
    ["a policy's expression", { file: "p", text: "create policy p on items using (id > 1);", shared: 3 }],
    [
      "a policy's command",
      { file: "p", text: "create policy p on items for select using (name = f(id));", shared: 3 },
    ],
    [
      "a view with a trigger is made anew",
      { file: "v", text: "create view v as select id::text as id, name from items;", shared: 3 },
    ],
    ["a rule", { file: "r", text: "create rule r as on insert to w do instead select 1;", shared: 3 }],
    ["a view is gone", { file: "u", text: null, shared: 3 }],
    ["a view is new", { file: "n", text: "create view n as select * from v;", shared: 3 }],
    [
      "a function with the row type of a table of the value",
      {
        file: "g",
        text: "create function g(items) returns int language sql as 'select 2';",
        shared: 0,
        before: "create function g(items) returns int language sql as 'select 1';",
      },
    ],
    [
      "a materialized view",
      {
        file: "m",
        text: "create materialized view m as select 2 as id;",
        shared: 0,
        before: "create materialized view m as select 1 as id;",
      },
    ],
  ])(
    "%s",
    async (_, { file, text, shared, before }) => {
      await twice.begin(five);
      for (const [name, said] of Object.entries(base)) twice.write(name, said);
      if (before !== undefined) twice.write(file, before);
      await twice.sync();
      twice.write(file, text);
      expect(await twice.sync()).toBe(shared);
    },
    60_000,
  );

  test("functions that were made by hand and say something else each are told apart", async () => {
    await twice.begin(five);
    twice.write("v", base.v ?? "");
    await twice.sync();
    const said = (n: number) => `returns int language sql return ${n}`;
    const made = five.map(
      ({ key }, i) => `create function ${quoteIdentifier(key)}.h() ${said(i < 2 ? 0 : 1)}`,
    );
    await twice.run(made.join(";\n"));
    twice.write("h", `create function h() ${said(0)};`);
    expect(await twice.sync()).toBe(0);
  }, 60_000);
});
