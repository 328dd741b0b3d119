import { expect, test } from "vitest";
import { checkNode } from "../../src/commands/doctor.ts";
import { checkPool } from "../../src/commands/doctor-pool.ts";
import type { Database, Row } from "../../src/database/database.ts";
import type { Check } from "../../src/report/doctor.ts";
import { temporaryFolder } from "../config/folder.ts";
import { startServer } from "../servers/server.ts";
import { useServer } from "./support/project.ts";
import { jsonOf, type Ran, runCli } from "./support/run-cli.ts";

const server = useServer();

const components = {
  "a.sql": "create view a as select 1 as x;",
  "f.sql": "create function f() returns int language sql as 'select 1';",
};

function checksOf(ran: Ran, check: string): readonly Check[] {
  return (jsonOf(ran).checks as readonly Check[]).filter((one) => one.check === check);
}

test("says of each part that it is in order", async () => {
  const project = server.project(components);
  expect((await project.run("sync")).code).toBe(0);
  const ran = await project.run("doctor");
  expect(ran).toMatchObject({ code: 0, stderr: "" });
  expect(ran.stdout).toMatch(/^ {2}✓ ok +node +Node\.js \d+/m);
  expect(ran.stdout).toMatch(/^ {2}✓ ok +configuration +migrator\.json: project app, searchPath public$/m);
  expect(ran.stdout).toMatch(/^ {2}✓ ok +components +2 components, 2 objects$/m);
  expect(ran.stdout).toMatch(/^ {2}✓ ok +database +127\.0\.0\.1:\d+\/test_\w+, PostgreSQL 18\.\d+$/m);
  expect(ran.stdout).toMatch(/^ {2}✓ ok +pooler +each session has a server process of its own$/m);
  expect(ran.stdout).toMatch(/^ {2}✓ ok +ledger +version 1, 2 objects of project app, a live database$/m);
  expect(ran.stdout).toMatch(/\nnothing is wrong\n$/);
  expect(jsonOf(await project.run("doctor", "--json"))).toMatchObject({ version: 1, ok: true });
});

test("a wrong configuration and wrong components are shown at their place", async () => {
  const folder = temporaryFolder({ "migrator.json": '{ "serchPath": [] }' });
  const configuration = await runCli(folder, ["doctor"]);
  expect(configuration).toMatchObject({
    code: 1,
    stdout: expect.stringMatching(/^ {2}✗ wrong +configuration +cannot be used$/m),
  });
  expect(configuration.stdout).toContain("migrator.json:1:3");
  const project = server.project({ "a.sql": "create view a as selec;", "b.sql": "select 1;" });
  const ran = await project.run("doctor");
  expect(ran.code).toBe(1);
  expect(ran.stdout).toMatch(/^ {2}✗ wrong +components +2 mistakes$/m);
  expect(ran.stdout).toContain("migrator/components/a.sql:1:");
  // The rest is looked at all the same.
  expect(ran.stdout).toMatch(/^ {2}✓ ok +rights/m);
});

test("a database that cannot be reached, and one that is not there yet", async () => {
  const project = server.project(components);
  const ran = await runCli(project.folder, [
    "doctor",
    "--database-url",
    "postgres://postgres:s3cret@127.0.0.1:1/none",
  ]);
  expect(ran.code).toBe(1);
  expect(ran.stdout).toMatch(/^ {2}✗ wrong +database +cannot be used$/m);
  expect(ran.stdout).not.toContain("s3cret");
  expect(await runCli(project.folder, ["doctor"])).toMatchObject({
    code: 0,
    stdout: expect.stringContaining("the embedded one is made at the first sync"),
  });
});

test("a schema of searchPath that does not exist; one that sync makes", async () => {
  const project = server.project(
    { "idempotent_schemas/made/v.sql": "create view made.v as select 1 as x;" },
    { searchPath: ["public", "Lost", "made"] },
  );
  const ran = await project.run("doctor", "--json");
  expect(ran.code).toBe(1);
  expect(checksOf(ran, "schemas")).toEqual([
    expect.objectContaining({
      state: "wrong",
      message: "schema Lost of searchPath does not exist",
      fix: expect.stringContaining('CREATE SCHEMA "Lost"'),
    }),
    expect.objectContaining({
      state: "ok",
      message: expect.stringContaining("schema made does not exist yet"),
    }),
  ]);
});

test("rights that the role lacks: on a schema, on the ledger, on objects of others, on an extension's", async () => {
  const project = server.project(components);
  expect((await project.run("sync")).code).toBe(0);
  const role = `${new URL(server.url()).pathname.slice(1)}_role`;
  await server.database().batch([`create role ${role} login`, "alter view a owner to alice"]);
  try {
    const url = server.url().replace("postgres@", `${role}@`);
    const ran = await runCli(project.folder, ["doctor", "--json", "--database-url", url]);
    expect(ran.code).toBe(1);
    expect(checksOf(ran, "rights")).toEqual([
      expect.objectContaining({ state: "wrong", fix: `GRANT CREATE ON SCHEMA public TO ${role}` }),
    ]);
    expect(checksOf(ran, "owners").map(({ message }) => message)).toEqual([
      "view public.a belongs to role alice, which this role is no member of",
      "function public.f() belongs to role postgres, which this role is no member of",
    ]);
    expect(checksOf(ran, "ledger")).toEqual([expect.objectContaining({ state: "wrong" })]);
  } finally {
    await server.database().batch([`drop role ${role}`]);
  }
  await server
    .database()
    .batch(["create extension plpgsql_check"])
    .catch(async () => {
      // Any object can be made a member of the extension that is always there.
      await server.database().batch(["alter extension plpgsql add function f()"]);
    });
  const ran = await project.run("doctor", "--json");
  await server.database().batch(["alter extension plpgsql drop function f()"]);
  expect(checksOf(ran, "extensions")).toEqual([
    expect.objectContaining({
      state: "wrong",
      message: expect.stringContaining("function public.f() belongs to extension plpgsql"),
    }),
  ]);
});

test("the ledger of another kind of target, and other projects", async () => {
  const project = server.project(components);
  expect((await project.run("sync")).code).toBe(0);
  const other = server.project(
    {},
    { project: "other", targets: { prod: { url: server.url(), components: "migrated" } } },
  );
  const ran = await other.run("doctor", "--json");
  expect(checksOf(ran, "ledger").map(({ message }) => message)).toEqual([
    "nothing of project other yet",
    "other projects in this database: app (2 objects)",
  ]);
  const migrated = server.project(components, {
    targets: { prod: { url: server.url(), components: "migrated" } },
  });
  expect(checksOf(await migrated.run("doctor", "--json"), "ledger")).toContainEqual(
    expect.objectContaining({
      state: "wrong",
      message: "the database is a live one, and the target says migrated",
    }),
  );
});

test("a lock table that is too small for the components", async () => {
  const small = await startServer(18, {
    settings: { max_locks_per_transaction: "10", max_connections: "10" },
  });
  try {
    const text = Array.from({ length: 1100 }, (_, i) => `create view v${i} as select 1 as x;`).join("\n");
    const project = server.project({ "many.sql": text });
    const ran = await runCli(project.folder, ["doctor", "--json", "--database-url", small.url()]);
    expect(ran.code).toBe(1);
    expect(checksOf(ran, "lock table")).toEqual([
      expect.objectContaining({ state: "wrong", fix: expect.stringContaining("max_locks_per_transaction") }),
    ]);
  } finally {
    await small.stop();
  }
});

test("an old Node.js", () => {
  expect(checkNode("20.18.3")).toMatchObject({ state: "wrong", fix: expect.stringContaining("20.19") });
  expect(checkNode("18.20.0").state).toBe("wrong");
  expect(checkNode("20.19.0").state).toBe("ok");
  expect(checkNode("22.1.0").state).toBe("ok");
});

/** A pooler before `processes`: each transaction takes a free one, the one used last or the one unused longest. */
function pooled(processes: number[], order: "last" | "longest"): Database {
  let held: number | null = null;
  const take = (): number => {
    const pid = order === "last" ? processes.pop() : processes.shift();
    if (pid === undefined) throw new Error("no process is free");
    return pid;
  };
  const answer = async (statements: readonly string[]): Promise<readonly (readonly Row[])[]> => {
    const pid = held ?? take();
    held = statements.includes("begin") ? pid : held;
    if (statements.includes("rollback")) held = null;
    if (held === null) processes.push(pid);
    return statements.map((statement) => (statement.includes("pg_backend_pid") ? [{ pid }] : []));
  };
  return {
    version: 180000,
    description: "a pooler",
    embedded: false,
    query: async <R extends Row>(sql: string) => ((await answer([sql]))[0] ?? []) as readonly R[],
    batch: answer,
    cancel: async () => {},
    close: async () => {},
  };
}

test.each([
  ["last", [1]],
  ["last", [1, 2, 3]],
  ["longest", [1, 2]],
  ["longest", [1, 2, 3]],
] as const)("E7: a pooler that hands out the process used %s, of %j", async (order, processes) => {
  const free = [...processes];
  expect(await checkPool(pooled(free, order), pooled(free, order))).toMatchObject({ state: "note" });
  expect(free).toHaveLength(processes.length);
});

test("sessions with a process each are no pool", async () => {
  expect(await checkPool(pooled([1], "last"), pooled([2], "last"))).toMatchObject({ state: "ok" });
});
