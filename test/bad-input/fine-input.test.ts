/** Inputs that look bad and are fine: each syncs, does what it says, and a second sync has nothing to do. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type FreshDatabase, freshDatabase, resetDatabase } from "../servers/database.ts";
import type { BadInput } from "./bad-input.ts";
import { runProject, writeProject } from "./run-bad-input.ts";

interface FineInput extends Pick<BadInput, "components" | "files" | "config"> {
  readonly name: string;
  readonly run?: readonly string[];
  /** A query, and what its one row's one column must be. */
  readonly gives: readonly [query: string, value: unknown];
}

const mark = "\ufeff";
const long = "é".repeat(31);

const inputs: readonly FineInput[] = [
  {
    name: "a byte-order mark and Windows' line ends",
    components: { "a.sql": `${mark}create view a as\r\n  select 1 as x;\r\n` },
    gives: ["select x from a", 1],
  },
  {
    name: "two byte-order marks",
    components: { "a.sql": `${mark}${mark}create view a as select 1 as x;` },
    gives: ["select x from a", 1],
  },
  {
    name: "a byte-order mark in migrator.json",
    components: { "a.sql": "create view a as select 1 as x;" },
    files: { "migrator.json": `${mark}{ "project": "app" }` },
    gives: ["select project from migrator.project", "app"],
  },
  {
    name: "a byte-order mark in an included file",
    components: {
      "a.sql.jinja": '{% include "_p/b.sql" %}',
      "_p/b.sql": `${mark}create view a as select 1 as x;`,
    },
    gives: ["select x from a", 1],
  },
  {
    name: "an empty file, and one of comments",
    components: {
      "a.sql": "",
      "b.sql": "-- nothing\n/* yet */\n",
      "c.sql": "create view a as select 1 as x;",
    },
    gives: ["select x from a", 1],
  },
  {
    name: "statements that are empty",
    components: { "a.sql": ";;create view a as select 1 as x;;" },
    gives: ["select x from a", 1],
  },
  {
    name: "a template that renders to nothing",
    components: {
      "a.sql.jinja": "{% if false %}create{% endif %}",
      "c.sql": "create view a as select 1 as x;",
    },
    gives: ["select x from a", 1],
  },
  {
    name: "file names with spaces, quotes, a line break and emoji",
    components: { "my 'first'; drop\n\"view\" 😀.sql": "create view a as select 1 as x;" },
    gives: ["select component from migrator.object", "my 'first'; drop\n\"view\" 😀.sql"],
  },
  {
    name: "a file name of 250 bytes",
    components: { [`${"x".repeat(246)}.sql`]: "create view a as select 1 as x;" },
    gives: ["select x from a", 1],
  },
  {
    name: "a name of exactly 63 bytes",
    components: { "a.sql": `create view "${long}x" as select 1 as "${long}y";` },
    gives: [`select "${long}y" from "${long}x"`, 1],
  },
  {
    name: "names with quotes, a line break and emoji",
    components: { "a.sql": 'create view "a""b\n😀;--" as select 1 as "x\'y";' },
    gives: ['select "x\'y" from "a""b\n😀;--"', 1],
  },
  {
    name: "a body of ten megabytes",
    components: {
      "a.sql": `create function f() returns int language plpgsql as $$ begin\n${"  -- ten megabytes of comment, line by line\n".repeat(240_000)}  return 1; end $$;`,
    },
    gives: ["select f()", 1],
  },
  {
    name: "a text of five megabytes",
    components: { "a.sql": `create view a as select '${"😀 ".repeat(1_000_000)}'::text as x;` },
    gives: ["select length(x) from a", 2_000_000],
  },
  {
    name: "a thousand operators in a row",
    components: { "a.sql": `create view a as select ${"1 + ".repeat(999)}1 as x;` },
    gives: ["select x from a", 1000],
  },
  {
    name: "a link to a file elsewhere in the project",
    components: { "a.sql": { link: "../../elsewhere.sql" } },
    files: { "elsewhere.sql": "create view a as select 1 as x;" },
    gives: ["select x from a", 1],
  },
  {
    name: "folders that link to the same folder",
    components: { one: { link: "../../shared" } },
    files: { "shared/a.sql": "create view a as select 1 as x;" },
    gives: ["select x from a", 1],
  },
  {
    name: "what editors leave behind",
    components: {
      "a.sql": "create view a as select 1 as x;",
      "a.sql~": "selec",
      ".a.sql.swp": "selec",
      "#a.sql#": "selec",
    },
    gives: ["select x from a", 1],
  },
  {
    name: "a folder of data inside of a migration's",
    files: {
      "migrator/migrations/20240101000000-one/up.sql.jinja":
        "create table t as select {{ read_file('./data/2024/names.txt') }}::text as x, {{ read_file('./data/down.sql') }} as y;",
      "migrator/migrations/20240101000000-one/data/2024/names.txt": "x",
      "migrator/migrations/20240101000000-one/data/down.sql": "y",
      "migrator/migrations/20240101000000-one/data/.git/up.sql": "z",
    },
    run: ["migration", "apply"],
    gives: ["select x || y from t", "xy"],
  },
  {
    name: "a project and a ledger schema with quotes",
    components: { "a.sql": "create view a as select 1 as x;" },
    config: { project: 'it\'s "mine"; --', ledgerSchema: 'led"ger; --' },
    gives: ['select project from "led""ger; --".project', 'it\'s "mine"; --'],
  },
  {
    name: "a memory of the files that is damaged",
    components: { "a.sql": "create view a as select 1 as x;" },
    files: { ".migrator/working-tree": "migrator working tree 2 \0\xff" },
    gives: ["select x from a", 1],
  },
  {
    name: "variables with quotes, through literal and ident",
    components: {
      "a.sql.jinja": "create view {{ name | ident }} as select {{ text | literal }}::text as x;",
    },
    config: { variables: { name: "A b", text: "it's \\ $$ {{ x }} %s" } },
    gives: ['select x from "A b"', "it's \\ $$ {{ x }} %s"],
  },
  {
    name: "a variable that looks like a template",
    components: { "a.sql.jinja": "create view a as select {{ text | literal }} as x;" },
    run: ["sync", "--var", "text={% include '/etc/passwd' %}"],
    gives: ["select x from a", "{% include '/etc/passwd' %}"],
  },
];

describe("fine", () => {
  let database: FreshDatabase;
  beforeAll(async () => {
    database = await freshDatabase(18);
  });
  afterAll(() => database.drop());

  test.each(inputs.map((input) => [input.name, input] as const))("%s", async (_name, input) => {
    await resetDatabase(database);
    const folder = writeProject(input);
    const args = input.run ?? ["sync"];
    const env = { DATABASE_URL: database.url ?? "" };
    const first = await runProject(folder, args, env);
    expect(first.stderr).toBe("");
    expect(first.exit).toBe(0);
    const [query, value] = input.gives;
    const [row] = await database.query(query);
    expect(Object.values(row ?? {})).toEqual([value]);
    const second = await runProject(folder, args, env);
    expect(second).toMatchObject({
      exit: 0,
      stderr: "",
      stdout: expect.stringMatching(/^(nothing to do|no migration is pending)/),
    });
  });
});
