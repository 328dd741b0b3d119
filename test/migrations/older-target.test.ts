/** A block that is written with one version of PostgreSQL runs on an older one, which knows fewer privileges. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { differences } from "../../src/snapshot/differences.ts";
import { takeSnapshot } from "../../src/snapshot/snapshot.ts";
import { type FreshDatabase, freshDatabase, serverUrl } from "../servers/database.ts";
import { MigrationsProject } from "./support/project.ts";

let target: FreshDatabase;
beforeAll(async () => {
  target = await freshDatabase(15);
});
afterAll(() => target.drop());

test("what somebody holds all privileges on is made anew on 15 by a block that 18 has found", async () => {
  const project = new MigrationsProject({
    searchPath: ["public"],
    targets: { target: { url: target.url, components: "migrated" } },
    shadow: serverUrl(18),
  });
  const view = (type: string) => new Map([["v.sql", `create view v as select id, a::${type} as a from t;`]]);
  project.writeMigration("base", "create table t (id int, a int);");
  project.writeComponents(view("int"));
  await project.newMigration("before", "--changed");
  project.writeMigration(
    "grants",
    "grant all on v to alice; grant all on v to carol with grant option; grant select on v to bob;",
  );
  await project.run("apply", "--target", "target");
  const before = await takeSnapshot(target);
  project.writeComponents(view("bigint"));
  const id = String(await project.newMigration("after", "--changed"));
  expect(project.textOf(id, "up.sql.jinja")).toContain("GRANT ALL ON TABLE public.v TO alice;");
  await project.run("apply", "--target", "target");
  const [row] = await target.query("select relacl::text as acl from pg_class where relname = 'v'");
  expect(row?.acl).toMatch(/alice=arwdDxt\/.*bob=r\/.*carol=a\*r\*w\*d\*D\*x\*t\*\//);
  await project.run("migration", "revert", "--target", "target");
  expect(differences(before, await takeSnapshot(target))).toEqual([]);
});
