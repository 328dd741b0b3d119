/** `plan --sql` for a migrated target: what is printed makes the same database as `apply`, the ledger included. */
import pg from "pg";
import { describe, expect, test } from "vitest";
import { differences } from "../../src/snapshot/differences.ts";
import { takeSnapshot } from "../../src/snapshot/snapshot.ts";
import { type CliServer, useServer } from "./support/project.ts";
import { runCli } from "./support/run-cli.ts";

const base = "20240101000000-base";
const ways = "20240102000000-beside";
const again = "20240103000000-tenants";
const config = {
  matrices: { tenant: { values: ["acme", "x \"y'"] } },
  variables: { api: { secret: { env: "API" } } },
};
const scripts = {
  [`${base}/up.sql.jinja`]:
    "create table t (id int, key text);\ninsert into t values (1, {{ api }}); -- the last\n",
  [`${base}/down.sql`]: "drop table t;",
  [`${ways}/up.sql`]:
    "-- migrator: no-transaction\ncreate index concurrently t_id on t (id);\ncreate view v as select id from t;",
};
const tenants = {
  [`${again}/up.tenant.sql.jinja`]: "create schema {{ schema | ident }};\ncreate table own (id int);",
};

/** Each printed statement by itself, in one session, as psql sends them; `:'api'` is one of its variables. */
async function asPsql(server: CliServer, printed: string): Promise<void> {
  const client = new pg.Client({ connectionString: server.url() });
  await client.connect();
  try {
    for (const statement of printed.replaceAll(":'api'", "'s3cret'").split("\n;\n"))
      await client.query(statement);
  } finally {
    await client.end();
  }
}

describe.each([15, 18] as const)("on %s", (version) => {
  const server = useServer(version);
  const ledger = async () =>
    server
      .database()
      .query(
        "select module, migration, part, scope, state, up, down, checksum, source, variables, pins, done, tool from migrator.migration order by migration, part, scope",
      );

  test("parts, secrets, and statements one by one", async () => {
    const targets = { prod: { url: server.url(), components: "migrated" } };
    const project = server.project({}, { ...config, targets, defaultTarget: "prod" });
    project.migrations(scripts);
    const run = (...args: readonly string[]) => runCli(project.folder, args, { env: { API: "s3cret" } });
    await run("migration", "pin", base);
    const withTenants = async (step: () => Promise<void>): Promise<void> => {
      await step();
      project.migrations(tenants);
      await run("migration", "pin", again);
      await step();
    };
    await withTenants(async () => expect(await run("apply")).toMatchObject({ code: 0, stderr: "" }));
    const applied = { snapshot: await takeSnapshot(server.database()), ledger: await ledger() };
    expect(applied.ledger).toHaveLength(4);

    await server.reset();
    project.migrations({ [again]: null });
    await withTenants(async () => {
      const printed = await run("plan", "--sql");
      expect(printed).toMatchObject({ code: 0, stderr: "" });
      expect(printed.stdout).not.toContain("s3cret");
      await asPsql(server, printed.stdout);
    });
    expect(differences(applied.snapshot, await takeSnapshot(server.database()))).toEqual([]);
    expect(await ledger()).toEqual(applied.ledger);
    expect(await server.database().query("select key from t")).toEqual([{ key: "s3cret" }]);
    expect(await run("plan", "--sql")).toMatchObject({ code: 0, stdout: "-- nothing to do\n" });
    expect(await run("migration", "status", "--exit-code")).toMatchObject({ code: 0 });
  });
});
