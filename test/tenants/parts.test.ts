/** Commands about single migrations where these have parts for tenants: build, test, adopt, revert, downgrade. */
import { describe, expect, test } from "vitest";
import { useServer } from "../cli/support/project.ts";
import { jsonOf } from "../cli/support/run-cli.ts";

const base = "20240101000000-base";
const alone = "20240102000000-alone";
const late = "20240103000000-late";
const matrices = { tenant: { values: ["acme", "beta", 'q"u'] } };
const scripts = {
  [`${base}/up.sql`]: "create table thing (a int);",
  [`${base}/down.sql`]: "drop table thing;",
  [`${base}/up.tenant.sql.jinja`]: "create schema {{ schema | ident }};\ncreate table orders (id int);",
  [`${base}/down.tenant.sql.jinja`]: "drop table orders;\ndrop schema {{ schema | ident }};",
  // Nothing of it runs once.
  [`${alone}/up.tenant.sql`]: "alter table orders add column b int;",
  [`${alone}/down.tenant.sql`]: "alter table orders drop column b;",
  [`${late}/up.1.tenant.sql`]: "create view v as select id from orders;",
  [`${late}/down.1.tenant.sql`]: "drop view v;",
  [`${late}/up.2.sql`]: "create view w as select a from thing;",
  [`${late}/down.2.sql`]: "drop view w;",
};

describe.each([15, 18] as const)("on %s", { timeout: 120_000 }, (version) => {
  const server = useServer(version);
  const projectOf = (target: object = {}, components: Readonly<Record<string, string>> = {}) => {
    const project = server.project(components, { matrices, ...target });
    project.migrations(scripts);
    return project;
  };
  const records = async () =>
    (
      await server
        .database()
        .query(
          "select migration || ' ' || part || ' ' || scope || ' ' || state as line from migrator.migration order by migration, part, scope",
        )
    ).map(({ line }) => line);

  test("build prints what runs once, or what runs for one value", async () => {
    const project = projectOf();
    const shared = await project.run("migration", "build", base, "--pinned=false");
    expect(shared.stdout).toBe("create table thing (a int);\n");
    const quoted = await project.run(
      "migration",
      "build",
      base,
      "--pinned=false",
      "--scope",
      'tenant=q"u',
      "--down",
    );
    expect(quoted.stdout).toBe('drop table orders;\ndrop schema "q""u";\n');
    for (const [args, message] of [
      [[alone], "nothing of the migration runs once"],
      [[base, "--scope", "tenant"], "a part of a matrix is built for one value"],
      [[base, "--scope", "tenant=acne"], 'there is no tenant "acne"'],
      [[base, "--scope", "region=eu"], "the migration has no part of region"],
    ] as const) {
      const ran = await project.run("migration", "build", "--pinned=false", ...args);
      expect([ran.code, ran.stderr]).toEqual([2, expect.stringContaining(message)]);
    }
  });

  test("test tries all parts of a migration, up, down and up, for a value that stands for all", async () => {
    const project = projectOf();
    const all = await project.run("migration", "test", "--all", "--json");
    expect([all.code, all.stderr]).toEqual([0, ""]);
    const { tested } = jsonOf(all) as unknown as { tested: readonly unknown[] };
    expect(tested).toEqual([base, alone, late].map((migration) => ({ migration, result: "passed" })));
    project.migrations({ [`${alone}/down.tenant.sql`]: "alter table orders alter column b drop not null;" });
    const wrong = await project.run("migration", "test", alone);
    expect([wrong.code, wrong.stderr]).toEqual([1, expect.stringContaining("it is not as before")]);
  });

  test("adopt records the parts for each value, or for some of them", async () => {
    const project = projectOf();
    const some = await project.run("migration", "adopt", base, "--only", "acme", "--yes");
    expect([some.code, some.stderr]).toEqual([0, ""]);
    expect(await records()).toEqual([`${base} up.tenant tenant=acme adopted`]);
    const all = await project.run("migration", "adopt", "--all", "--yes");
    expect([all.code, all.stderr]).toEqual([0, ""]);
    expect(await records()).toHaveLength(2 + 3 * 3);
    const nothing = await project.run("migration", "apply");
    expect([nothing.code, nothing.stdout]).toEqual([0, expect.stringContaining("nothing is pending")]);
    const again = await project.run("migration", "adopt", alone, "--yes");
    expect([again.code, again.stderr]).toEqual([0, ""]);
  });

  test("revert for some values, unless what ran once stands behind their parts", async () => {
    const project = projectOf();
    expect((await project.run("migration", "apply")).code).toBe(0);
    const refused = await project.run("migration", "revert", "--yes", "--only", "acme");
    expect([refused.code, refused.stderr]).toEqual([
      2,
      expect.stringContaining("ran once, behind the parts"),
    ]);
    expect((await project.run("migration", "revert", "--yes")).code).toBe(0);
    const some = await project.run("migration", "revert", "--yes", "--except", "acme,beta");
    expect([some.code, some.stderr]).toEqual([0, ""]);
    expect((await records()).filter((line) => String(line).startsWith(alone))).toEqual([
      `${alone} up.tenant tenant=acme applied`,
      `${alone} up.tenant tenant=beta applied`,
    ]);
    expect((await project.run("migration", "apply")).code).toBe(0);
    expect(await records()).toHaveLength(2 + 3 * 3);
  });

  test("a part that comes new before what ran once is told", async () => {
    const project = projectOf();
    expect((await project.run("migration", "apply")).code).toBe(0);
    project.migrations({ [`${base}/up.3.tenant.sql`]: "create table more (a int);" });
    const ran = await project.run("migration", "apply", "--out-of-order");
    expect([ran.code, ran.stderr]).toEqual([0, ""]);
    expect(ran.stdout).toContain("what runs once and stands behind it ran before");
  });

  test("downgrade undoes what only values have", async () => {
    const migrated = {
      targets: { prod: { url: { env: "DATABASE_URL" }, components: "migrated" } },
      defaultTarget: "prod",
    };
    const project = projectOf(migrated);
    expect((await project.run("migration", "apply")).code).toBe(0);
    project.migrations({ [late]: null, [alone]: null });
    const ran = await project.run("downgrade", "--yes");
    expect([ran.code, ran.stderr]).toEqual([0, ""]);
    expect(await records()).toHaveLength(1 + 3);
  });

  test("downgrade on a live target takes the ways back of values, and what blocks them follows the files", async () => {
    const components = {
      "@tenant/o.sql": "create view o as select * from orders;",
      "x.sql": "create view x as select * from w;",
    };
    const project = projectOf({}, components);
    const applied = await project.run("apply");
    expect([applied.code, applied.stderr]).toEqual([0, ""]);
    const columns = async () =>
      (
        await server
          .database()
          .query(
            "select table_schema || '.' || table_name || '.' || column_name as c from information_schema.columns where table_name in ('o', 'w', 'x') order by 1",
          )
      ).map(({ c }) => c);
    const keys = ["acme", "beta", 'q"u'];
    expect(await columns()).toEqual(
      [...keys.flatMap((key) => [`${key}.o.b`, `${key}.o.id`]), "public.w.a", "public.x.a"].sort(),
    );
    project.migrations({ [late]: null, [alone]: null });
    project.write({ "@tenant/o.sql": "create view o as select id from orders;", "x.sql": null });
    expect((await project.run("downgrade")).code).toBe(2);
    const rehearsed = await project.run("downgrade", "--dry-run");
    expect([rehearsed.code, rehearsed.stderr]).toEqual([
      2,
      expect.stringContaining("have a transaction each"),
    ]);
    expect(await records()).toHaveLength(2 + 3 * 3);
    const ran = await project.run("downgrade", "--yes", "--json");
    expect(ran.code).toBe(0);
    // One object tells of the ways back, and of the components behind them.
    const told = jsonOf(ran) as unknown as { migrations: readonly { id: string }[]; applied: boolean };
    expect([told.migrations.length, told.applied]).toEqual([1 + 2 * 3, true]);
    expect(await records()).toHaveLength(1 + 3);
    expect(await columns()).toEqual(keys.map((key) => `${key}.o.id`));
    const again = await project.run("plan", "--exit-code");
    expect([again.code, again.stderr]).toEqual([0, ""]);
  });

  test("downgrade on a live target stops where what no file declares is in the way", async () => {
    const project = projectOf();
    expect((await project.run("apply")).code).toBe(0);
    await server.database().query("create view beta.mine as select b from beta.orders");
    project.migrations({ [late]: null, [alone]: null });
    const ran = await project.run("downgrade", "--yes");
    expect([ran.code, ran.stderr]).toEqual([1, expect.stringContaining("beta.mine")]);
    await server.database().query("drop view beta.mine");
    expect((await project.run("downgrade", "--yes")).code).toBe(0);
    expect(await records()).toHaveLength(1 + 3);
  });
});
