/** SQL that the grammar, the tool or PostgreSQL refuses. */
import type { BadInput } from "../bad-input.ts";

const one = (
  name: string,
  sql: string,
  gives: string | readonly string[],
  more: Partial<BadInput> = {},
): BadInput => ({
  name,
  components: { "a.sql": sql },
  gives: typeof gives === "string" ? gives.replace(/ (\d)/, " a.sql:$1") : gives,
  ...more,
});
const table = "create table t (id int primary key, b text)";
const refused = (name: string, sql: string, at: string, more: Partial<BadInput> = {}): BadInput =>
  one(name, sql, `statement-refused ${at}`, { before: table, ...more });

export const statements: readonly BadInput[] = [
  one(
    "a database in the names of all that a file says",
    `create view d.public.a as select 1 as x;
create function d.public.f() returns int language sql as 'select 1';
comment on column d.public.a.x is 'x';
grant select on d.public.a to public;
create rule r as on insert to d.public.a do instead nothing;`,
    ["1:13", "2:1", "3:1", "4:17", "5:31"].map((at) => `misplaced-statement a.sql:${at}`),
  ),
  one("a misspelt word", "create view a as\n  selec 1;", "syntax-error 2:3"),
  one("a statement that ends too early", "create view a as\n", "syntax-error 2:1"),
  one("a text that never ends", "create view a as select 'abc;\n", "syntax-error 1:25"),
  one("a name that never ends", 'create view "a as select 1;', "syntax-error 1:13"),
  one("a comment that never ends", "/* a /* b */", "syntax-error 1:1"),
  one(
    "a body that never ends",
    "create function f() returns int language sql as $$ select 1;",
    "syntax-error 1:49",
  ),
  one("a name without a letter", 'create view "" as select 1;', "syntax-error 1:13"),
  one("a typographic quote", "create view a as select ’x’;", "statement-refused 1:25"),
  one("an unknown escape", "create view a as select U&'\\zzzz' as x;", "syntax-error 1:28"),
  one("an escape of a NUL", "create view a as select E'\\000' as x;", "syntax-error 1:27"),
  one("a parenthesis too many", "create view a as select (1)) as x;", "syntax-error 1:28"),
  one(
    "ten thousand parentheses",
    `create view a as select ${"(".repeat(10_000)}1${")".repeat(10_000)} as x;`,
    "syntax-error 1:10014",
  ),
  one(
    "ten thousand operators",
    `create view a as select ${"1 + ".repeat(10_000)}1 as x;`,
    "syntax-error 1:1",
  ),
  one(
    "SQL for Oracle",
    "create view a as select 1 from dual where rownum < 5 connect by x;",
    "syntax-error 1:54",
  ),
  one("a parameter", "create view a as select $1 as x;", "statement-refused 1:25"),
  one("a psql command", "\\i other.sql", "misplaced-statement 1:1"),
  one("a psql variable", "create view a as select :limit as x;", "misplaced-statement 1:25"),
  one("a table", "create table t ();", "misplaced-statement 1:1"),
  one("a query", "select 1;", "misplaced-statement 1:1"),
  one("a drop", "drop view if exists a;", "misplaced-statement 1:1"),
  one("a transaction", "begin;\ncreate view a as select 1 as x;\ncommit;", [
    "misplaced-statement a.sql:1:1",
    "misplaced-statement a.sql:3:1",
  ]),
  one("a setting", "set role rita;", "misplaced-statement 1:1"),
  one("a block of code", "do $$ begin end $$;", "misplaced-statement 1:1"),
  one("a copy from standard input", "copy t from stdin;\n1\n\\.\n", "syntax-error 2:1"),
  one("a rename", "create view a as select 1 as x;\nalter view a rename to b;", "misplaced-statement 2:1"),
  one("a vacuum", "vacuum;", "misplaced-statement 1:1"),
  one("a temporary view", "create temp view a as select 1 as x;", "misplaced-statement 1:1"),
  one(
    "an index made concurrently",
    "create materialized view a as select 1 as x;\ncreate index concurrently i on a (x);",
    "misplaced-statement 2:1",
  ),
  one(
    "an event trigger",
    "create event trigger e on ddl_command_end execute function f();",
    "misplaced-statement 1:1",
  ),
  one(
    "a grant on all tables",
    "grant select on all tables in schema public to public;",
    "misplaced-statement 1:1",
  ),
  one("a comment on a table", "comment on table t is 'x';", "misplaced-statement 1:1", { before: table }),
  one("a grant on what no file declares", "grant select on b to public;", "foreign-attachment 1:1"),
  one(
    "an object that stands twice in a file",
    "create view a as select 1 as x;\ncreate view a as select 2 as x;",
    ["duplicate-object a.sql:2:1", "duplicate-object a.sql:1:1"],
  ),
  {
    name: "an object that stands in two files",
    components: {
      "a.sql": "create view v as select 1 as x;",
      "b.sql": "\ncreate view public.v as select 2 as x;",
    },
    gives: ["duplicate-object a.sql:1:1", "duplicate-object b.sql:2:1"],
  },
  {
    name: "a function and a procedure of one name",
    components: {
      "a.sql": "create function f(int) returns int language sql as 'select 1';",
      "b.sql": "create procedure f(int) language sql as 'select 1';",
    },
    gives: ["duplicate-object a.sql:1:1", "duplicate-object b.sql:1:1"],
  },
  one("a view that reads itself", "create view a as select * from a;", "dependency-cycle 1:32"),
  {
    name: "three views that need each other",
    components: {
      "a.sql": "create view a as select x from b;",
      "b.sql": "create view b as\n  select x from c;",
      "c.sql": "create view c as select x from a;",
    },
    gives: ["dependency-cycle a.sql:1:32", "dependency-cycle b.sql:2:17", "dependency-cycle c.sql:1:32"],
  },
  refused("a table that is not there", "create view a as select * from nowhere;", "1:32"),
  refused("a column that is not there", "create view a as\n  select id,\n    nothing from t;", "3:5"),
  refused("a function that is not there", "create view a as select nothing(id) as x from t;", "1:25"),
  refused("a type that is not there", "create view a as select id::nothing as x from t;", "1:29"),
  refused("a schema that is not there", "create view nowhere.a as select id from t;", "1:13"),
  refused("a collation that is not there", 'create view a as select b collate "xx" as x from t;', "1:27"),
  refused("a column that is meant twice", "create view a as select id from t, t as u;", "1:25"),
  refused("two columns of one name", "create view a as select id, id from t;", "1:1"),
  refused("a wrong type", "create view a as select id + b as x from t;", "1:28"),
  refused("text that is no number", "create view a as select 'x'::int as x;", "1:25"),
  refused("an option that is none", "create view a with (nothing = 1) as select id from t;", "1:1"),
  refused(
    "an option's value that is none",
    "create view a with (security_invoker = perhaps) as select id from t;",
    "1:1",
  ),
  refused("an aggregate in WHERE", "create view a as select id from t where count(*) > 1;", "1:41"),
  refused(
    "a function without its language",
    "create function a() returns int language nothing as '';",
    "1:1",
  ),
  refused(
    "a body that returns something else",
    "create function a() returns int language sql as $$\n  select b from t\n$$;",
    "1:1",
  ),
  refused(
    "a mistake in a quoted body",
    "create function a() returns int language sql as $$\n  select nothing from t\n$$;",
    "2:10",
  ),
  refused(
    "a mistake in an atomic body",
    "create function a() returns int language sql begin atomic\n  select nothing from t;\nend;",
    "2:10",
  ),
  refused(
    "a mistake in a plpgsql body",
    "create function a() returns int language plpgsql as $$\nbegin\n  retrun 1;\nend $$;",
    "3:3",
  ),
  refused(
    "an argument's type that is not there",
    "create function a(x nothing) returns int language sql as 'select 1';",
    "1:21",
  ),
  refused(
    "two arguments of one name",
    "create function a(x int, x int) returns int language sql as 'select 1';",
    "1:26",
  ),
  refused(
    "a default before an argument without",
    "create function a(x int default 1, y int) returns int language sql as 'select 1';",
    "1:36",
  ),
  refused(
    "an aggregate without its function",
    "create aggregate a(int) (sfunc = nothing, stype = int);",
    "1:1",
  ),
  refused(
    "a trigger on a table that is not there",
    "create trigger a before insert on nowhere for each row execute function f();",
    "1:35",
  ),
  refused(
    "a trigger's function that is not there",
    "create trigger a before insert on t for each row execute function f();",
    "1:1",
  ),
  refused("a rule on a table that is not there", "create rule a as on insert to nowhere do nothing;", "1:31"),
  refused("a policy on a table that is not there", "create policy a on nowhere using (true);", "1:20"),
  refused("a policy's column that is not there", "create policy a on t using (nothing);", "1:1"),
  refused("a policy for a role that is not there", "create policy a on t to nobody using (true);", "1:1"),
  refused(
    "a grant to a role that is not there",
    "create view a as select id from t;\ngrant select on a to nobody;",
    "2:1",
  ),
  refused(
    "an owner that is not there",
    "create view a as select id from t;\nalter view a owner to nobody;",
    "2:14",
  ),
  refused(
    "a comment on a column that is not there",
    "create view a as select id from t;\ncomment on column a.b is 'x';",
    "2:1",
  ),
  refused(
    "an index on a column that is not there",
    "create materialized view a as select id from t;\ncreate index i on a (b);",
    "2:1",
  ),
  refused(
    "an index's name that is taken",
    "create materialized view a as select id from t;\ncreate index t_pkey on a (id);",
    "2:1",
  ),
  refused(
    "a division by zero in a materialized view",
    "create materialized view a as select 1 / 0 as x;",
    "1:1",
  ),
  {
    name: "refusals in two files",
    components: {
      "a.sql": "create view a as select nothing from t;",
      "b.sql": "create view b as select other from t;",
    },
    before: table,
    gives: ["statement-refused a.sql:1:25", "statement-refused b.sql:1:25"],
  },
  {
    name: "a table in the place of a view",
    components: { "a.sql": "create view t as select 1 as x;" },
    before: table,
    exit: 4,
    gives: "drift a.sql:1:1",
  },
  {
    name: "a view that was made by hand and differs",
    components: { "a.sql": "create view v as select 1 as x;" },
    before: "create view v as select 2 as x",
    exit: 4,
    gives: "drift a.sql:1:1",
  },
  {
    name: "status of a component that is no SQL",
    components: { "a.sql": "selec" },
    run: ["status"],
    gives: "syntax-error a.sql:1:1",
  },
  {
    name: "graph of a component that is no SQL",
    components: { "a.sql": "selec" },
    run: ["graph"],
    gives: "syntax-error a.sql:1:1",
  },
  {
    name: "diff of a component that PostgreSQL refuses",
    components: { "a.sql": "create view a as select * from nowhere;" },
    run: ["component", "diff"],
    gives: "statement-refused a.sql:1:32",
  },
  {
    name: "rebuild of a schema that PostgreSQL refuses",
    components: { "idempotent_schemas/api/v.sql": "create view api.v as\n  select * from nowhere;" },
    run: ["rebuild", "api"],
    gives: "statement-refused idempotent_schemas/api/v.sql:2:17",
  },
];
