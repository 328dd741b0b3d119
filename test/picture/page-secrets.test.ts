/** The page shows no secret, and hiding one does not break the page's own script. */
import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { useServer } from "../cli/support/project.ts";
import { runCli } from "../cli/support/run-cli.ts";
import { readPage } from "./read-page.ts";

const server = useServer();

test("a secret that stands in the database's texts, and happens to stand in the script", async () => {
  const secret = "querySelector";
  const project = server.project(
    { "v.sql": "create view v as select 1 as id;" },
    { variables: { key: { secret: { env: "API_KEY" } } } },
  );
  const run = (...args: readonly string[]) =>
    runCli(project.folder, args, { env: { DATABASE_URL: server.url(), API_KEY: secret } });
  expect((await run("sync")).stderr).toBe("");
  await server
    .database()
    .batch([
      `create view stranger as select '${secret}'::text as leak, id from v`,
      `comment on view v is 'is ${secret}'`,
    ]);
  const { stdout } = await run("graph", "--format", "html");
  const { data, texts } = readPage(stdout);
  expect(JSON.stringify(texts)).not.toContain(secret);
  expect(JSON.stringify(data)).not.toContain(secret);
  expect(texts.some(({ definition }) => definition?.includes("'***'::text"))).toBe(true);
  expect(data.nodes.map(({ comment }) => comment)).toContain("is ***");
  const script = /<script>(.*)<\/script>/s.exec(stdout)?.[1] ?? "";
  expect(script).toContain(secret);
  expect(stdout).toContain(`'sha256-${createHash("sha256").update(script).digest("base64")}'`);
});
