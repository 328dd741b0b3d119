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
