/** Migrations of one transaction each, sent at once: each stands for itself all the same. */
import { describe, expect, test } from "vitest";
import { useServer } from "./support/project.ts";
import { jsonOf } from "./support/run-cli.ts";

const id = (number: number) => `202401010000${String(number).padStart(2, "0")}-m${number}`;

describe.each([15, 18] as const)("migrations sent at once on %s", (version) => {
  const server = useServer(version);

  const scripts = (count: number, wrong: number | null = null) =>
    Object.fromEntries(
      Array.from({ length: count }, (_, index): [string, string] => [
        `${id(index + 1)}/up.sql`,
        index + 1 === wrong
          ? "create table half (id int);\nselect nothing from half;"
          : `create table t${index + 1} (id int);\nset local search_path = nowhere;\nset role postgres;`,
      ]),
    );
  const tables = async () =>
    (
      await server
        .database()
        .query("select relname::text as name from pg_class where relname ~ '^(t\\d+|half)$'")
    ).length;
  const recorded = async () =>
    (await server
      .database()
      .query("select migration, duration from migrator.migration order by number")) as readonly {
      readonly migration: string;
      readonly duration: number;
    }[];

  test("each has a record and a duration of its own, and a transaction of its own", async () => {
    const project = server.project({});
    project.migrations(scripts(30));
    const ran = await project.run("migration", "apply", "--json");
    expect(ran).toMatchObject({ code: 0, stderr: "" });
    const { applied } = jsonOf(ran) as unknown as { applied: readonly { id: string; duration: number }[] };
    const rows = await recorded();
    expect(applied.map((one) => one.id)).toEqual(rows.map((one) => one.migration));
    expect(applied.map((one) => one.duration)).toEqual(rows.map((one) => one.duration));
    const [{ count } = { count: 0 }] = (await server
      .database()
      .query("select count(distinct xmin::text)::int as count from migrator.migration")) as {
      count: number;
    }[];
    expect(count).toBe(30);
  });

  test("the first that fails ends it, and those before it stay", async () => {
    const project = server.project({});
    project.migrations(scripts(30, 28));
    const ran = await project.run("migration", "apply");
    expect(ran.code).toBe(1);
    expect(ran.stderr).toContain(`${id(28)}/up.sql:2:8`);
    expect(await recorded()).toHaveLength(27);
    expect(await tables()).toBe(27);
    project.migrations({ [`${id(28)}/up.sql`]: "select 1;" });
    expect(jsonOf(await project.run("migration", "apply", "--json"))).toMatchObject({
      applied: [{ id: id(28) }, { id: id(29) }, { id: id(30) }],
    });
  });

  test("of more than are sent ahead, none behind the first that fails runs", async () => {
    const project = server.project({});
    const many = Array.from({ length: 70 }, (_, index): [string, string] => {
      const number = index + 1;
      const name = `2024010100${String(Math.floor(number / 60)).padStart(2, "0")}${String(number % 60).padStart(2, "0")}-m${number}`;
      const large = number % 10 === 0 ? `-- ${"long ".repeat(30_000)}\n` : "";
      const wrong = number === 55 ? "select nothing from half;" : "";
      return [`${name}/up.sql`, `${large}create table t${number} (id int);\n${wrong}`];
    });
    project.migrations(Object.fromEntries(many));
    const ran = await project.run("migration", "apply");
    expect(ran.code).toBe(1);
    expect(await recorded()).toHaveLength(54);
    expect(await tables()).toBe(54);
  });

  test("a script that is long on its own is looked after by the server, and starts with nothing of another one", async () => {
    const project = server.project({}, { lockTimeout: 1234 });
    const asked =
      "current_setting('tcp_keepalives_idle') || current_setting('lock_timeout') || current_setting('work_mem')";
    project.migrations({
      [`${id(1)}/up.sql`]: `create table told as select ${asked} as text;\nset work_mem = '12345kB';\nset lock_timeout = 1;`,
      [`${id(2)}/up.sql`]: `insert into told select ${asked};`,
    });
    expect(await project.run("migration", "apply")).toMatchObject({ code: 0 });
    const rows = await server.database().query("select distinct text from told");
    expect(rows).toEqual([{ text: "101234ms4MB" }]);
  });

  test("a lock that somebody holds for a while is waited for, from where it stopped", async () => {
    const project = server.project({}, { lockTimeout: 100, lockRetries: 50 });
    await server.script("create table busy (id int)");
    project.migrations({
      ...scripts(3),
      [`${id(4)}/up.sql`]: "alter table busy add column a int;",
      [`${id(5)}/up.sql`]: "create table t5 (id int);",
    });
    const holder = server.script("begin; lock table busy; select pg_sleep(1); commit");
    await new Promise((resolve) => setTimeout(resolve, 200));
    const ran = await project.run("migration", "apply");
    await holder;
    expect(ran.code).toBe(0);
    expect(ran.stderr).toContain("waiting for locks");
    expect(await recorded()).toHaveLength(5);
  });
});
