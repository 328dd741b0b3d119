import pg from "pg";
import { expect, test } from "vitest";
import { useServer } from "./support/project.ts";
import { jsonOf } from "./support/run-cli.ts";

const server = useServer();

const components = {
  "a.sql": "create view a as select 1 as x;",
  "b.sql": "create view b as select x from a;",
  "f.sql": "create function f() returns int language sql as 'select 1';",
  "t.sql": "create trigger t before insert on entry for each row execute function touch();",
  "touch.sql": "create function touch() returns trigger language plpgsql as $$begin return new; end$$;",
};

async function synced() {
  await server.database().batch(["create table entry (id int)"]);
  const project = server.project(components);
  expect((await project.run("sync")).code).toBe(0);
  return project;
}

test("tells new from unchanged, and changes nothing", async () => {
  await server.database().batch(["create table entry (id int)"]);
  const project = server.project(components);
  const before = await project.run("status", "--exit-code");
  expect(before.code).toBe(3);
  expect(before.stdout).toContain("new  view public.a ");
  expect(before.stdout).toMatch(
    /^5 new, 0 unchanged \(127\.0\.0\.1:\d+\/test_\w+, project app\) {2}[\d.]+ m?s$/m,
  );
  const [ledger] = await server.database().query("select to_regnamespace('migrator') is null as none");
  expect(ledger).toEqual({ none: true });
  expect((await project.run("sync")).code).toBe(0);
  const after = await project.run("status", "--exit-code");
  expect(after).toMatchObject({ code: 0, stdout: expect.stringMatching(/^5 unchanged \(/) });
});

test("names each state, and drift wins over what is pending", async () => {
  const project = await synced();
  project.write({
    "b.sql": "create view b as select x + 1 as x from a;",
    "f.sql": null,
    "moved.sql": components["a.sql"],
    "a.sql": null,
    "n.sql": "create view n as select 2 as x;",
  });
  expect((await project.run("status", "--exit-code")).code).toBe(3);
  await server
    .database()
    .batch([
      "drop view b",
      "create or replace function touch() returns trigger language plpgsql as $$begin return null; end$$",
    ]);
  const ran = await project.run("status", "--json", "--exit-code");
  expect(ran.code).toBe(4);
  expect(jsonOf(ran)).toEqual({
    version: 1,
    database: expect.stringContaining("/test_"),
    project: "app",
    mode: "live",
    migrations: [],
    unpinned: [],
    objects: [
      expect.objectContaining({
        object: "function public.touch()",
        state: "drifted",
        reason: "it was changed in the database",
      }),
      expect.objectContaining({ object: "function public.f()", component: "f.sql", state: "vanished" }),
      {
        object: "view public.b",
        identity: { kind: "view", schema: "public", name: "b" },
        component: "b.sql",
        state: "changed",
        reason: "it is missing in the database",
      },
      expect.objectContaining({ object: "view public.n", state: "new" }),
      expect.objectContaining({ object: "view public.a", state: "moved", reason: "was in a.sql" }),
    ],
    untracked: [],
    summary: { drifted: 1, vanished: 1, changed: 1, new: 1, moved: 1, unchanged: 1, untracked: 0 },
    errors: [],
  });
});

test("catalog rows that were written anew with the same meaning are no drift", async () => {
  const project = await synced();
  await server
    .database()
    .batch([
      "create or replace view a as select 1 as x",
      "create or replace view b as select a.x from public.a",
      "create or replace function f() returns int language sql as 'select 1'",
      "drop trigger t on entry",
      "create trigger t before insert on public.entry for each row execute procedure public.touch()",
    ]);
  expect(await project.run("status", "--exit-code")).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^5 unchanged/),
  });
});

test("a drifted object whose file changed too is drift; a file that follows the database is not", async () => {
  const project = await synced();
  await server.database().batch(["create or replace view a as select 1 as x, 2 as y"]);
  project.write({ "a.sql": "create view a as select 3 as x;" });
  expect((await project.run("status", "--exit-code")).code).toBe(4);
  project.write({ "a.sql": "create view a as select 1 as x, 2 as y;" });
  const ran = await project.run("status", "--exit-code");
  expect(ran.code).toBe(3);
  expect(ran.stdout).toMatch(/changed +view public\.a +a\.sql: its definition changed/);
  // And a sync agrees with both.
  expect((await project.run("sync")).code).toBe(0);
});

test("before the first sync: what exists and differs is drift, what is equal is not", async () => {
  await server.database().batch(["create view a as select 1 as x", "create view b as select 2 as x"]);
  const { "a.sql": a, "b.sql": b } = components;
  const project = server.project({ "a.sql": a, "b.sql": b });
  const ran = await project.run("status");
  expect(ran.code).toBe(0);
  expect(ran.stdout).toMatch(/drifted +view public\.b/);
  expect(ran.stdout).toMatch(/new +view public\.a/);
  expect((await project.run("sync")).code).toBe(4);
});

test("--all shows what is unchanged and what no file declares", async () => {
  const project = await synced();
  await server.database().batch(["create view stray as select 1 as x"]);
  expect((await project.run("status")).stdout).not.toContain("stray");
  const ran = await project.run("status", "--all");
  expect(ran.stdout).toMatch(/unmanaged +view public\.stray +no file declares it/);
  expect(ran.stdout).toMatch(/unchanged +trigger t on public\.entry +t\.sql/);
  expect(jsonOf(await project.run("status", "--all", "--json")).summary).toMatchObject({
    unchanged: 5,
    unmanaged: 1,
  });
});

test("untracked components are listed and judged no more", async () => {
  const project = await synced();
  expect((await project.run("component", "untrack", "migrator/components/f.sql")).code).toBe(0);
  const ran = await project.run("status", "--exit-code");
  expect(ran.code).toBe(0);
  expect(ran.stdout).toMatch(/untracked +f\.sql\n4 unchanged, 1 component untracked/);
});

test("mistakes in the files come as one JSON object, too", async () => {
  const project = server.project({ "a.sql": "create view a as selec 1;" });
  const ran = await project.run("status", "--json");
  expect(ran.code).toBe(1);
  expect(jsonOf(ran).errors).toEqual([
    expect.objectContaining({ code: "syntax-error", file: "migrator/components/a.sql", line: 1 }),
  ]);
  expect(ran.stderr).toContain("migrator/components/a.sql:1:");
});

test("a role without rights on the ledger is told so, with no stack", async () => {
  const project = await synced();
  const role = `${new URL(server.url()).pathname.slice(1)}_reader`;
  await server.database().batch([`create role ${role} login`]);
  try {
    const url = server.url().replace("postgres@", `${role}@`);
    const ran = await project.run("status", "--json", "--database-url", url);
    expect(ran).toMatchObject({
      code: 1,
      stderr: expect.stringContaining(`fix: GRANT USAGE ON SCHEMA migrator TO ${role}`),
    });
    const mends = jsonOf(ran).errors.map(({ fix }) => String(fix));
    expect(mends).toEqual([
      `GRANT USAGE ON SCHEMA migrator TO ${role}`,
      `GRANT SELECT ON TABLE migrator.project TO ${role}`,
      `GRANT SELECT ON TABLE migrator.object TO ${role}`,
      `GRANT SELECT ON TABLE migrator.run TO ${role}`,
    ]);
    await server.database().batch(mends);
    expect(await project.run("status", "--database-url", url)).toMatchObject({ code: 0, stderr: "" });
  } finally {
    await server.database().batch([`drop owned by ${role}`, `drop role ${role}`]);
  }
});

test("what a migrated target has of the components is not looked at: nobody would be told, and others would wait", async () => {
  await server.database().batch(["create table entry (id int)"]);
  const targets = { prod: { url: server.url(), components: "migrated" } };
  const project = server.project(components, { lockTimeout: 50, lockRetries: 1, targets });
  expect((await project.run("sync", "--database-url", `${server.url()}?application_name=x`)).code).toBe(0);
  await server.script(
    "drop trigger t on entry; create trigger t after insert on entry for each row execute function touch()",
  );
  const busy = new pg.Client({ connectionString: server.url() });
  await busy.connect();
  try {
    await busy.query("begin; lock table entry");
    const ran = await project.run("status", "--target", "prod", "--json", "--exit-code");
    expect(ran).toMatchObject({ code: 0, stderr: "" });
    expect(jsonOf(ran)).toMatchObject({ objects: [], errors: [] });
  } finally {
    await busy.end();
  }
});
