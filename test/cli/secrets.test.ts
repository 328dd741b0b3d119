/** The values of secrets are looked for in every byte that a run writes. */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { quoteLiteral } from "../../graph/quote.ts";
import { useServer } from "./support/project.ts";
import { runCli } from "./support/run-cli.ts";

const server = useServer();
const value = `hunter2 'q' \\ "d" é/+`;
const inFile = "a-secret-in-a-file";
/** What of the value any spelling keeps. */
const traces = ["hunter2", inFile];

test("neither in what is printed nor in what is remembered", async () => {
  const project = server.project(
    {
      "a.sql": "create view a as select 'x'::text as x;",
      "b.sql.jinja": "create view b as select {{ n }} as n;",
    },
    {
      variables: {
        api: { key: { secret: { env: "API_KEY" } }, file: { secret: { file: "secret.txt" } } },
        n: 1,
      },
    },
  );
  writeFileSync(join(project.folder, "secret.txt"), `${inFile}\n`);
  const env = { DATABASE_URL: server.url(), API_KEY: value };
  const run = (...args: readonly string[]) => runCli(project.folder, args, { env });
  const texts: string[] = [];
  const say = async (...args: readonly string[]): Promise<string> => {
    const { stdout, stderr } = await run(...args);
    texts.push(stdout, stderr);
    return stdout + stderr;
  };
  await say("sync");
  // Somebody put it into the catalog by hand, and into a file.
  await server.script(
    `create or replace view a as select ${quoteLiteral(value)}::text as x; comment on view a is ${quoteLiteral(inFile)}`,
  );
  expect(await say("drift")).toContain("***");
  expect(await say("drift", "--json")).toContain("***");
  for (const args of [
    ["status"],
    ["status", "--json"],
    ["component", "diff"],
    ["component", "diff", "--json"],
    ["plan"],
    ["plan", "--sql"],
    ["plan", "--take", "files", "--sql"],
    ["plan", "--json"],
    ["doctor"],
    ["graph", "--format", "json"],
  ]) {
    await say(...args);
  }
  project.write({
    "c.sql": `create view c as select ${quoteLiteral(value)}::int as x, nothing ${quoteLiteral(inFile)};`,
  });
  expect(await say("sync", "--take", "files")).toContain("***");
  expect(await say("sync", "--take", "files", "--json")).toContain("***");
  project.write({ "c.sql": null, "d.sql.jinja": "create view d as select {{ api.key }} as x;" });
  expect(await say("sync", "--take", "files")).toContain("a secret cannot be written into a component");
  project.write({ "d.sql.jinja": null });
  await say("sync", "--take", "files");
  await say("--var", `other=${value}`, "status");
  for (const text of texts) for (const trace of traces) expect(text).not.toContain(trace);
  const state = join(project.folder, ".migrator");
  const remembered = readdirSync(state, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  expect(remembered.length).toBeGreaterThan(0);
  for (const entry of remembered) {
    const bytes = readFileSync(join(entry.parentPath, entry.name), "latin1");
    for (const trace of traces) expect(bytes).not.toContain(trace);
  }
});
