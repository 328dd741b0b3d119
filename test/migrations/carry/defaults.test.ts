/** Default privileges of a migrated target give nothing to what a generated block makes anew, and take nothing from it. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { differences } from "../../../src/snapshot/differences.ts";
import { takeSnapshot } from "../../../src/snapshot/snapshot.ts";
import { runScript } from "../../cases/support/sync-texts.ts";
import { type FreshDatabase, freshDatabase, resetDatabase, serverUrl } from "../../servers/database.ts";
import { MigrationsProject } from "../support/project.ts";

const before = {
  "v.sql": "create view v as select id, a from t;\ngrant select on v to bob;",
  "m.sql": "create materialized view m as select id, a from t;",
  "f.sql": "create function f(x int) returns int language sql return x;",
  "g.sql":
    "create function g(x int) returns int language sql return x;\nrevoke execute on function g from public;",
  "gone.sql": "create view gone as select id from t;",
};
const after = {
  "v.sql": "create view v as select id, a::bigint as a from t;\ngrant select on v to bob;",
  "m.sql": "create materialized view m as select id, a::bigint as a from t;",
  "f.sql": "create function f(x int) returns bigint language sql return x;",
  "g.sql":
    "create function g(x int) returns bigint language sql return x;\nrevoke execute on function g from public;",
  "fresh.sql": "create view fresh as select id from t;",
};
const defaults = [
  "alter default privileges grant select, update on tables to alice, bob",
  "alter default privileges in schema public grant insert on tables to public",
  "alter default privileges grant execute on functions to carol",
  "alter default privileges revoke execute on functions from public; alter default privileges grant select on tables to alice with grant option",
];

describe.each([15, 18] as const)("on %s", (where) => {
  let target: FreshDatabase;
  let plain: FreshDatabase;
  beforeAll(async () => {
    target = await freshDatabase(where);
    plain = await freshDatabase(where);
  });
  afterAll(async () => {
    await target.drop();
    await plain.drop();
  });

  test.each(defaults)("%s", async (statement) => {
    await resetDatabase(target);
    await resetDatabase(plain);
    const project = new MigrationsProject({
      searchPath: ["public"],
      targets: {
        target: { url: target.url, components: "migrated" },
        plain: { url: plain.url, components: "migrated" },
      },
      shadow: serverUrl(where),
    });
    project.writeMigration("base", "create table t (id int primary key, a int);");
    project.writeComponents(new Map(Object.entries(before)));
    await project.newMigration("before", "--changed");
    for (const name of ["target", "plain"]) await project.run("apply", "--target", name);
    await runScript(target, statement);
    const first = await takeSnapshot(target);
    project.writeComponents(new Map(Object.entries(after)));
    await project.newMigration("after", "--changed");
    for (const name of ["target", "plain"]) await project.run("apply", "--target", name);
    const known = await takeSnapshot(plain);
    const told = differences(
      known,
      await takeSnapshot(target),
      (object) => !/fresh|default acl/.test(object),
    );
    expect(told, "what is made anew has what it had").toEqual([]);
    const [row] = await target.query<{ acl: string | null }>(
      "select relacl::text as acl from pg_class where relname = 'fresh'",
    );
    if (statement.includes("tables")) expect(row?.acl, "what is new has the defaults").not.toBeNull();
    await project.run(
      "migration",
      "revert",
      "--target",
      "target",
      "--carry-unmanaged",
      "--allow",
      "repopulate",
    );
    // What comes back that had gone is new.
    expect(
      differences(first, await takeSnapshot(target), (object) => !object.includes("gone")),
      "and back",
    ).toEqual([]);
  });

  test("where statements run one by one nothing could take them away: it is refused before anything runs", async () => {
    await resetDatabase(target);
    const project = new MigrationsProject({
      searchPath: ["public"],
      targets: { target: { url: target.url, components: "migrated" } },
      shadow: serverUrl(where),
    });
    project.writeMigration("base", "create table t (id int primary key, a int);");
    project.writeComponents(new Map([["v.sql", "create view v as select id, a from t;"]]));
    await project.newMigration("before", "--changed");
    project.writeComponents(new Map([["v.sql", "create view v as select id, a::bigint as a from t;"]]));
    const id = String(await project.newMigration("after", "--changed"));
    for (const file of ["up.sql.jinja", "down.sql.jinja"])
      project.write(id, file, `-- migrator: no-transaction\n${project.textOf(id, file)}`);
    await project.run("migration", "pin", id);
    await project.run("apply", "--target", "target", "--to", "before");
    await runScript(target, "alter default privileges grant select on tables to alice");
    const first = await takeSnapshot(target);
    const apply = () => project.run("apply", "--target", "target");
    const told = "default privileges of the database would change";
    await expect(apply()).rejects.toThrow(told);
    expect(differences(first, await takeSnapshot(target))).toEqual([]);
    await runScript(target, "alter default privileges revoke select on tables from alice");
    await apply();
    await runScript(target, "alter default privileges grant select on tables to alice");
    const revert = () => project.run("migration", "revert", "--target", "target");
    const second = await takeSnapshot(target);
    await expect(revert()).rejects.toThrow(told);
    expect(differences(second, await takeSnapshot(target))).toEqual([]);
    await runScript(target, "alter default privileges revoke select on tables from alice");
    await revert();
  });
});
