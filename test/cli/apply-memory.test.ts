/** What `apply` remembers of a live target where there was nothing to do: it is trusted for as long as nothing changed, anywhere. */
import { existsSync, mkdirSync, readFileSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { describe, expect, test } from "vitest";
import { useServer } from "./support/project.ts";
import { jsonOf } from "./support/run-cli.ts";

const first = "20240101000000-first";
/** Older than a stamp is not trusted for. */
const racy = 2200;

interface Change {
  readonly name: string;
  readonly files?: (folder: string) => void;
  readonly sql?: string;
  readonly args?: readonly string[];
  /** What is run before `apply`. */
  readonly run?: readonly string[];
  /** The kinds of its steps, and the migrations that it applies; or the exit code with which it refuses. */
  readonly does: { readonly steps: readonly string[]; readonly migrations?: number } | number;
}

const component = (folder: string, name: string) => join(folder, "migrator/components", name);

const changes: readonly Change[] = [
  {
    name: "a view changed by hand",
    sql: "create or replace view v as select id, n, 1 as more from a",
    does: 4,
  },
  { name: "a view dropped by hand", sql: "drop view v", does: { steps: ["create"] } },
  { name: "a comment by hand", sql: "comment on view v is 'mine'", does: { steps: [] } },
  { name: "a new table", sql: "create table b (id int)", does: { steps: [] } },
  {
    name: "a table changed under a view",
    sql: "alter table a rename column n to m",
    does: 1,
  },
  {
    name: "a type that now hides the one that is meant",
    sql: "create type ahead.mood as enum ('other')",
    does: { steps: ["create", "drop"] },
  },
  { name: "an object that the ledger forgot", sql: "delete from migrator.object", does: { steps: [] } },
  {
    name: "a text of the same size, its time restored",
    files(folder) {
      const path = component(folder, "v.sql");
      const { atime, mtime } = statSync(path);
      writeFileSync(path, readFileSync(path, "utf8").replace("id, n", "n, id"));
      utimesSync(path, atime, mtime);
    },
    does: { steps: ["alter", "recreate"] },
  },
  {
    name: "a new file",
    files: (folder) => writeFileSync(component(folder, "w.sql"), "create view public.w as select 1 as x;\n"),
    does: { steps: ["create"] },
  },
  {
    name: "a file that a template reads",
    files: (folder) => writeFileSync(join(folder, "number.txt"), "2"),
    does: { steps: ["replace"] },
  },
  {
    name: "a variable",
    args: ["--var", "shown=3"],
    does: { steps: ["replace"] },
  },
  {
    name: "a component that is left alone from now on",
    files: (folder) => writeFileSync(join(folder, "migrator/untracked"), "v.sql\n"),
    does: { steps: [] },
  },
  {
    name: "a migration that another command has built",
    files(folder) {
      const migration = join(folder, "migrator/migrations/20240102000000-second");
      mkdirSync(migration);
      writeFileSync(join(migration, "up.sql"), "create table public.c (id int);");
    },
    run: ["migration", "status"],
    does: { steps: [], migrations: 1 },
  },
  {
    name: "what is asked for beside it",
    args: ["--around", "create table public.d (id int)"],
    does: { steps: ["alter"] },
  },
];

describe("what apply remembers of a live target", () => {
  const server = useServer(18);

  /** A run that looks closer takes its turn, and would wait for it here. */
  async function whileAnotherRuns<T>(work: () => Promise<T>): Promise<T> {
    const client = new pg.Client({ connectionString: server.url() });
    await client.connect();
    try {
      await client.query("select pg_advisory_lock(hashtextextended('migrator migrator', 0))");
      return await work();
    } finally {
      await client.end();
    }
  }

  function prepare(name: string) {
    const project = server.project(
      {
        "v.sql": "create view public.v as select id, n from a;\n",
        "f.sql": "create function public.f(m mood) returns text language sql return m::text;\n",
        "t.sql.jinja":
          "create view public.t as select {{ read_file('number.txt') | int }} + {{ shown }} as x;\n",
      },
      { project: "settled", searchPath: ["ahead", "public"], variables: { shown: 1 } },
    );
    writeFileSync(join(project.folder, "number.txt"), "1");
    project.migrations({
      [`${first}/up.sql`]:
        "create schema ahead; create table public.a (id int, n int); create type public.mood as enum ('well')",
    });
    const path = join(project.folder, ".migrator/settled-components");
    const states = (): readonly unknown[] =>
      existsSync(path) ? JSON.parse(readFileSync(path, "utf8").split("\n")[1] ?? "").states : [];
    return { name, project, states };
  }

  test("is trusted while nothing changed, and for nothing else", { timeout: 240_000 }, async () => {
    const prepared = changes.map((change) => ({ ...change, ...prepare(change.name) }));
    await sleep(racy);
    for (const { name, files, sql, args = [], run, does, project, states } of prepared) {
      await server.reset();
      const settle = async () => {
        const ran = await project.run("apply", "--json");
        expect(ran, name).toMatchObject({ code: 0, stderr: "" });
        return jsonOf(ran);
      };
      await settle();
      const idle = await settle();
      expect(states(), name).toHaveLength(1);
      expect(await whileAnotherRuns(settle), name).toEqual(idle);

      files?.(project.folder);
      if (sql !== undefined) await server.script(sql);
      if (run !== undefined) {
        await sleep(racy);
        expect(await project.run(...run), name).toMatchObject({ code: 0 });
      }
      const ran = await project.run("apply", "--json", ...args);
      const told = jsonOf(ran);
      expect(ran.code, `${name}: ${ran.stdout}`).toBe(typeof does === "number" ? does : 0);
      if (typeof does === "number") continue;
      const steps = told.steps as readonly { readonly kind: string }[];
      expect(steps.map(({ kind }) => kind).sort(), name).toEqual(does.steps);
      expect(told.migrations, name).toHaveLength(does.migrations ?? 0);
    }
  });

  test("several databases, and damage, cost nothing but time", { timeout: 60_000 }, async () => {
    const { project, states } = prepare("damage");
    await sleep(racy);
    for (const _ of [1, 2, 3]) expect(await project.run("apply")).toMatchObject({ code: 0 });
    const path = join(project.folder, ".migrator/settled-components");
    const bytes = readFileSync(path);
    for (const damaged of [
      bytes.subarray(0, bytes.length - 3),
      Buffer.concat([bytes, bytes]),
      Buffer.alloc(0),
    ]) {
      writeFileSync(path, damaged);
      const ran = await project.run("apply");
      expect(ran).toMatchObject({ code: 0 });
      expect(ran.stdout).toContain("nothing to do");
    }
    expect(await project.run("apply")).toMatchObject({ code: 0 });
    expect(states()).toHaveLength(1);
    expect(await whileAnotherRuns(() => project.run("apply"))).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^nothing to do; 3 components unchanged {2}[\d.]+ m?s$/m),
    });
    await server.reset();
    expect(jsonOf(await project.run("apply", "--json"))).toMatchObject({ migrations: [{ id: first }] });
    expect(await project.run("apply")).toMatchObject({ code: 0 });
    expect(states()).toHaveLength(2);
  });
});
