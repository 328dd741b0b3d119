/** env() in templates asks the environment of the command, which is not always that of the process. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { useServer } from "./support/project.ts";
import { runCli } from "./support/run-cli.ts";

const server = useServer();
beforeEach(() => {
  vi.stubEnv("STAGE", "of the process");
});
afterEach(() => {
  vi.unstubAllEnvs();
});

test("components, migrations, pins and the shadow see the command's environment", async () => {
  const project = server.project(
    { "v.sql.jinja": "create view v as select {{ env('STAGE', 'none') }}::text as stage;" },
    { env: ["STAGE"] },
  );
  const run = async (stage: string | null, ...args: readonly string[]): Promise<string> => {
    const env = { DATABASE_URL: server.url(), ...(stage === null ? {} : { STAGE: stage }) };
    const { code, stdout, stderr } = await runCli(project.folder, args, { env });
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    return stdout;
  };
  const staged = async (): Promise<unknown> => (await server.database().query("select stage from v"))[0];

  await run("first", "sync");
  expect(await staged()).toEqual({ stage: "first" });
  expect(await run(null, "plan", "--sql")).toContain("'none'");
  await run("second", "sync");
  expect(await staged()).toEqual({ stage: "second" });

  project.migrations({
    "20240101000000-one/up.sql.jinja": "create table {{ env('STAGE') | ident }} (id int);",
  });
  expect(await run("third", "migration", "build", "one", "--pinned=false")).toContain("create table third");
  await run("third", "migration", "pin", "one");
  expect(await run("fourth", "migration", "build", "one", "--pinned=true")).toContain("create table third");
  await run("fourth", "migration", "new", "two", "--changed", "--shadow", server.url());
  const two = readdirSync(join(project.folder, "migrator/migrations")).find((name) => name.endsWith("-two"));
  expect(await run("fifth", "migration", "build", String(two), "--pinned=true")).toContain("'fourth'");
});
