/**
 * Values of a matrix whose parts write the same catalog row at the same time: PostgreSQL fails whoever comes second, and the work is
 * tried again as where a lock was met.
 */
import pg from "pg";
import { describe, expect, test } from "vitest";
import { useServer } from "../cli/support/project.ts";
import { runCli } from "../cli/support/run-cli.ts";
import { temporaryFolder } from "../config/folder.ts";

const id = "20240101000000-one";

describe.each([15, 18] as const)("on %s", (version) => {
  const server = useServer(version);
  const project = (keys: readonly string[], part: string) =>
    temporaryFolder({
      "migrator.json": JSON.stringify({
        project: "app",
        lockTimeout: 5000,
        lockRetries: 3,
        targets: { dev: { url: { env: "DATABASE_URL" }, components: "migrated" } },
        matrices: { tenant: { values: keys } },
      }),
      [`migrator/migrations/${id}/up.tenant.sql`]: part,
    });
  const run = (folder: string, ...args: readonly string[]) =>
    runCli(folder, args, { env: { DATABASE_URL: server.url() } });

  /** Another session does it, and keeps its transaction open until somebody waits for it, and a little longer. */
  const meanwhile = async (sql: string, work: () => Promise<void>): Promise<void> => {
    const other = new pg.Client({ connectionString: server.url() });
    await other.connect();
    try {
      await other.query("begin");
      await other.query(sql);
      const working = work();
      for (let tries = 0; ; tries++) {
        const { rows } = await other.query(
          "select count(*)::int as n from pg_locks where not granted and locktype = 'transactionid'",
        );
        if (rows[0]?.n > 0) break;
        if (tries > 500) throw new Error("nobody waits");
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
      await other.query("commit");
      await working;
    } finally {
      await other.end();
    }
  };

  test.each([
    ["a grant", "grant select on public.shared to public", "grant select on public.shared to public;"],
    [
      "a function",
      "create or replace function public.f() returns int language sql as 'select 2'",
      "create or replace function public.f() returns int language sql as 'select 3';",
    ],
    ["a schema", "create schema late", "create schema if not exists late;"],
  ])("%s of what is shared waits for another session, fails and is done again", async (_, theirs, ours) => {
    await server.script(`create table public.shared (id int); create schema a;
      create function public.f() returns int language sql as 'select 1';`);
    const folder = project(["a"], ours);
    await meanwhile(theirs, async () => {
      const ran = await run(folder, "apply");
      expect(ran.stderr).toContain("another session changed the same object: trying again");
      expect(ran.code).toBe(0);
    });
    expect(await server.database().query("select scope from migrator.migration")).toEqual([
      { scope: "tenant=a" },
    ]);
  });

  test("many values that grant on one table, eight at once", async () => {
    const keys = Array.from({ length: 40 }, (_, i) => `t${i}`);
    await server.script(
      `create table public.shared (id int); ${keys.map((key) => `create schema ${key};`).join(" ")}`,
    );
    const part = `grant select on public.shared to public;
      comment on table public.shared is 'from a value';
      create or replace function public.g() returns int language sql as 'select 1';
      create schema if not exists extra;`;
    const ran = await run(project(keys, part), "apply", "--jobs", "8");
    expect(ran.stderr).not.toContain("concurrently");
    expect(ran.code).toBe(0);
    const [row] = await server.database().query("select count(*)::int as n from migrator.migration");
    expect(row).toEqual({ n: keys.length });
  }, 60_000);
});
