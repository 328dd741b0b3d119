/** A way back is made in a shadow, which has no roles of its own. */
import { expect, test } from "vitest";
import { temporaryFolder } from "../config/folder.ts";
import { runCli } from "./support/run-cli.ts";

const one = "20240101000000-one";
const down = (script: string) =>
  runCli(temporaryFolder({ "migrator.json": "{}", [`migrator/migrations/${one}/up.sql`]: script }), [
    "migration",
    "build",
    one,
    "--pinned=false",
    "--down",
  ]);

test("a role that is not there is made in the shadow", async () => {
  const ran = await down(
    "create table t (a int); revoke all on t from nobody_here; grant select on t to nobody_here;",
  );
  expect(ran).toMatchObject({
    code: 0,
    stderr: expect.stringContaining("the shadow has no role nobody_here"),
  });
  expect(ran.stdout).toContain("DROP TABLE");
});

test("a script whose statements run one by one goes on where it met a role that was not there", async () => {
  const folder = temporaryFolder({
    "migrator.json": "{}",
    "migrator/components/v.sql": "create view v as select a from t;",
    [`migrator/migrations/${one}/up.sql`]:
      "-- migrator: no-transaction\ncreate table t (a int);\ncreate index concurrently i on t (a);\ngrant select on t to nobody_here;\ngrant insert on t to nobody_else;\ninsert into t values (1);",
  });
  const ran = await runCli(folder, ["migration", "new", "later", "--changed"]);
  expect(ran).toMatchObject({
    code: 0,
    stderr: expect.stringMatching(/no role nobody_here[\s\S]*no role nobody_else/),
  });
});

test("a statement that fails there is told at its place", async () => {
  expect(await down("create table t (a int);\nalter table nothing add b int;")).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/relation "nothing" does not exist\s+\S*up\.sql:2:1/),
  });
});
