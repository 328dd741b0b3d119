/** --carry-unmanaged on the command line: what is told, and what stands around a block. */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { useServer } from "../../cli/support/project.ts";
import { jsonOf } from "../../cli/support/run-cli.ts";

const server = useServer(18);

const ask = async (sql: string): Promise<unknown> => {
  const [row] = await server.database().query(sql);
  return row === undefined ? undefined : Object.values(row)[0];
};

/** A view v that a migration makes anew, under a stranger's view. */
async function start(
  after: string | null = "create view v as select id, a::bigint as a from t;",
  stranger = "create view theirs as select a from v",
) {
  const targets = { prod: { url: server.url(), components: "migrated" } };
  const project = server.project({ "v.sql": "create view v as select id, a from t;" }, { targets });
  project.migrations({
    "20240101000000-one/up.sql": "create table t (id int, a int);\ninsert into t values (1, 2);",
  });
  const make = async (name: string): Promise<string> => {
    const made = await project.run("migration", "new", name, "--changed", "--shadow", server.url());
    expect(made).toMatchObject({ code: 0, stderr: "" });
    const folder = join(project.folder, "migrator/migrations");
    return join(folder, readdirSync(folder).find((entry) => entry.endsWith(`-${name}`)) ?? "");
  };
  await make("first");
  expect(await project.run("apply", "--target", "prod")).toMatchObject({ code: 0, stderr: "" });
  project.write({ "v.sql": after });
  const second = await make("second");
  await server.script(stranger);
  const edit = (change: (text: string) => string): void => {
    const path = join(second, "up.sql.jinja");
    writeFileSync(path, change(readFileSync(path, "utf8")));
  };
  const apply = (...options: readonly string[]) =>
    project.run("apply", "--target", "prod", "--carry-unmanaged", ...options);
  return { project, make, edit, apply };
}

test("what is carried is told, also as JSON; revert and --single-transaction carry too", async () => {
  const { project, make, apply } = await start();
  const rehearsed = await apply("--dry-run", "--json");
  expect(rehearsed).toMatchObject({ code: 0, stderr: "" });
  expect(jsonOf(rehearsed)).toMatchObject({
    rehearsal: true,
    carried: [
      { object: "view public.theirs", change: "recreate", migration: expect.stringMatching(/-second$/) },
    ],
  });
  expect(await ask("select pg_typeof(a)::text from theirs")).toBe("integer");
  project.write({ "v.sql": "create view v as select id, a::numeric as a from t;" });
  await make("third");
  const ran = await apply("--single-transaction");
  expect(ran).toMatchObject({ code: 0, stderr: "" });
  expect(ran.stdout.match(/carried {2}recreate view public\.theirs/g)).toHaveLength(2);
  expect(await ask("select pg_typeof(a)::text from theirs")).toBe("numeric");
  const back = await project.run(
    "migration",
    "revert",
    "--target",
    "prod",
    "--to",
    "first",
    "--carry-unmanaged",
  );
  expect(back).toMatchObject({
    code: 0,
    stderr: "",
    stdout: expect.stringContaining("2 migrations reverted"),
  });
  expect(await ask("select pg_typeof(a)::text from theirs")).toBe("integer");
});

test("statements before and behind the block run as without it, in the same transaction", async () => {
  const { edit, apply } = await start();
  edit(
    (text) =>
      `create schema other;\nset local search_path = other, public;\ncreate table ahead (id int);\n${text}create table behind as select a from public.theirs;\n`,
  );
  expect(await apply()).toMatchObject({ code: 0, stderr: "" });
  expect(await ask("select to_regclass('other.ahead') is not null")).toBe(true);
  expect(await ask("select pg_typeof(a)::text from other.behind")).toBe("bigint");
});

test("an error of the block is told at its place, and nothing is changed", async () => {
  const { edit, apply } = await start();
  edit((text) =>
    text.replace("ALTER VIEW public.v RENAME", "DROP TABLE nothing;\nALTER VIEW public.v RENAME"),
  );
  const ran = await apply("--json");
  expect(ran.code).toBe(1);
  expect(jsonOf(ran).errors).toMatchObject([
    { code: "statement-refused", message: 'table "nothing" does not exist', line: 6, column: 1 },
  ]);
  edit((text) => `${text.replace("DROP TABLE nothing;\n", "")}select 1 / 0;\n`);
  const behind = await apply("--json");
  expect(jsonOf(behind).errors).toMatchObject([{ message: "division by zero" }]);
  expect(await ask("select pg_typeof(a)::text from theirs")).toBe("integer");
  expect(await ask("select count(*) from migrator.migration")).toBe("2");
});

test("a script whose statements run one by one is looked at all the same, and stopped", async () => {
  const { edit, apply } = await start();
  edit((text) => `-- migrator: no-transaction\n${text}`);
  const ran = await apply();
  expect(ran).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("view public.theirs depends on view public.v"),
  });
  expect(await ask("select pg_typeof(a)::text from theirs")).toBe("integer");
  expect(await ask("select count(*) from migrator.migration")).toBe("2");
});

test("where nobody made anything the block runs as it does without the option", async () => {
  const { apply } = await start();
  await server.script("drop view theirs");
  const ran = await apply();
  expect(ran).toMatchObject({ code: 0, stderr: "" });
  expect(ran.stdout).not.toContain("carried");
  expect(await ask("select pg_typeof(a)::text from v")).toBe("bigint");
});

test.each([
  ["made anew", "create view v as select id, a::bigint as a from t;"],
  ["dropped", null],
  ["dropped for a materialized view", "create materialized view v as select id, a from t;"],
  ["replaced by a function", "create function v() returns int language sql as 'select 1';"],
])("a stranger's sequence that belongs to a column of a view that is %s is not lost", async (_how, after) => {
  const { project, apply } = await start(
    after,
    "create sequence s increment 5 owned by v.a; select nextval('s'), nextval('s');",
  );
  for (const run of [() => project.run("apply", "--target", "prod"), apply]) {
    const ran = await run();
    expect(ran).toMatchObject({ code: 1, stderr: expect.stringMatching(/sequence (public\.)?s\b/) });
    expect(await ask("select nextval('s')")).toBe("11");
    await server.script("select setval('s', 6)");
    expect(await ask("select pg_get_serial_sequence('v', 'a')")).toBe("public.s");
  }
});
