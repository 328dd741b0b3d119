/** Where components fail behind migrations, `apply` tells of the migrations that stay, and of no other. */
import { expect, test } from "vitest";
import { useServer } from "./support/project.ts";
import { jsonOf, type Ran } from "./support/run-cli.ts";

const server = useServer();
const wrong = { "v.sql": "create view v as select nope from t;" };
const first = "20240102030405-first";
const retype = { "20240102030406-retype/up.sql": "alter table t alter column a type bigint;" };

const namesOf = (ran: Ran) =>
  ((jsonOf(ran).migrations ?? []) as readonly { readonly id: string }[]).map(({ id }) => id);

test("what was committed is told as text, once", async () => {
  const project = server.project(wrong);
  project.migrations({ [`${first}/up.sql`]: "create table t (a int);" });
  const ran = await project.run("apply");
  expect([ran.code, ran.stdout]).toEqual([1, expect.stringMatching(/applied +20240102030405-first/)]);
  expect(ran.stderr).toContain("nope");
  expect(await project.run("apply")).toMatchObject({ code: 1, stdout: "" });
});

test("and as JSON, without what ran around the components and went with them", async () => {
  const project = server.project(wrong);
  project.migrations({ [`${first}/up.sql`]: "create table t (a int);" });
  const ran = await project.run("apply", "--json");
  expect([ran.code, namesOf(ran)]).toEqual([1, [first]]);
  project.write({ "v.sql": "create view v as select a from t;" });
  expect((await project.run("apply")).code).toBe(0);
  project.migrations(retype);
  project.write(wrong);
  const around = await project.run("apply", "--json");
  expect([around.code, namesOf(around)]).toEqual([1, []]);
  expect(await project.run("apply")).toMatchObject({ code: 1, stdout: "" });
  expect(
    await server
      .database()
      .query(
        "select atttypid::regtype::text as t from pg_attribute where attrelid = 't'::regclass and attname = 'a'",
      ),
  ).toEqual([{ t: "integer" }]);
});
