/**
 * Generated migrations with parts for tenants: a migrated database that they bring along equals, by every catalog, a live one that follows the
 * same files; their way back leads to what was there.
 */
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { stateDifferences, type WholeState, wholeState } from "../../src/snapshot/whole-state.ts";
import { useServer } from "../cli/support/project.ts";
import { type Ran, runCli } from "../cli/support/run-cli.ts";
import { temporaryFolder } from "../config/folder.ts";
import type { FreshDatabase } from "../servers/database.ts";

const base = "20240101000000-base";
const keys = ["acme", "x y", 'q"uote'];
const matrices = {
  tenant: {
    values: keys.map((schema, i) => ({ schema, plan: i === 1 ? "gold" : "free" })),
    development: "x y",
  },
};
const first = {
  [`migrations/${base}/up.sql`]:
    "create schema app;\ncreate table app.items (id int, price int, tenant text);\ncreate function app.net(a int) returns int language sql as $$ select a $$;",
  [`migrations/${base}/down.sql`]: "drop schema app cascade;",
  [`migrations/${base}/up.tenant.sql.jinja`]:
    "create schema {{ schema | ident }};\ncreate table orders (id int, amount int);\ninsert into orders values (1, 2);",
  [`migrations/${base}/down.tenant.sql.jinja`]: "drop schema {{ schema | ident }} cascade;",
};
const components = {
  "components/all_items.sql": "create view app.all_items as select id, price from app.items;",
  "components/@tenant/mine.sql":
    "create view mine as select id, price from all_items;\ngrant select on mine to alice;",
  "components/@tenant/sums.sql.jinja":
    "{% include '_head.jinja' %}create view sums as select count(*) as n, {{ plan }} as plan from orders;\ncomment on view sums is {{ plan }};",
  "components/_head.jinja": "-- first\n",
  "components/@tenant/f.sql":
    "create function f(a int) returns bigint language sql as $$ select count(*) + a from orders $$;",
};

interface Project {
  readonly folder: string;
  write(files: Readonly<Record<string, string | null>>): void;
  run(url: string, ...args: readonly string[]): Promise<Ran>;
  /** `migration new --changed`, and the names of the scripts that it wrote. */
  generate(name: string, ...args: readonly string[]): Promise<readonly string[]>;
  text(name: string, file: string): string;
}

function projectOf(files: Readonly<Record<string, string>>): Project {
  const config = {
    project: "app",
    searchPath: ["app", "public"],
    matrices,
    targets: {
      live: { url: { env: "LIVE" } },
      migrated: { url: { env: "MIGRATED" }, components: "migrated" },
    },
    defaultTarget: "live",
  };
  const folder = temporaryFolder({
    "migrator.json": JSON.stringify(config),
    ...Object.fromEntries(Object.entries(files).map(([name, text]) => [`migrator/${name}`, text])),
  });
  const migrations = join(folder, "migrator/migrations");
  const folderOf = (name: string) =>
    join(migrations, readdirSync(migrations).find((one) => one.endsWith(`-${name}`)) ?? name);
  const run = (url: string, ...args: readonly string[]) =>
    runCli(folder, args, { env: { LIVE: url, MIGRATED: url } });
  return {
    folder,
    run,
    write(texts) {
      for (const [name, text] of Object.entries(texts)) {
        if (text === null) rmSync(join(folder, "migrator", name));
        else writeFileSync(join(folder, "migrator", name), text);
      }
    },
    async generate(name, ...args) {
      const ran = await run("postgres://nobody@127.0.0.1:1/none", "migration", "new", name, ...args);
      expect([ran.code, ran.stderr]).toEqual([0, expect.not.stringContaining("error")]);
      const made = folderOf(name);
      return existsSync(made)
        ? readdirSync(made)
            .filter((file) => /^(up|down)/.test(file))
            .sort()
        : [];
    },
    text: (name, file) => readFileSync(join(folderOf(name), file), "utf8"),
  };
}

/** Roles are the server's, where other tests make some meanwhile; those of these scripts stay as they are. */
const stateOf = (database: FreshDatabase) => wholeState(database, "migrator", []);

function same(wanted: WholeState, found: WholeState): void {
  expect(stateDifferences(wanted, found)).toEqual([]);
}

describe.each([15, 18] as const)("on %s", { timeout: 180_000 }, (version) => {
  const migrated = useServer(version);
  const live = useServer(version);

  /** Applies what is pending on both, compares them, goes one migration back and forth, and compares again. */
  const proven = async (project: Project): Promise<void> => {
    const before = await stateOf(migrated.database());
    const up = () => project.run(migrated.url(), "apply", "--target", "migrated", "--jobs", "1");
    expect(await up()).toMatchObject({ code: 0, stderr: "" });
    expect(await project.run(live.url(), "apply", "--target", "live", "--jobs", "1")).toMatchObject({
      code: 0,
      stderr: "",
    });
    const there = await stateOf(migrated.database());
    same(await stateOf(live.database()), there);
    const back = await project.run(migrated.url(), "migration", "revert", "--target", "migrated", "--yes");
    expect(back).toMatchObject({ code: 0, stderr: "" });
    same(before, await stateOf(migrated.database()));
    expect(await up()).toMatchObject({ code: 0, stderr: "" });
    same(there, await stateOf(migrated.database()));
    const again = await project.run(
      "postgres://nobody@127.0.0.1:1/none",
      "migration",
      "new",
      "again",
      "--changed",
    );
    expect(again.stdout).toContain("nothing to write");
  };
  const begun = async (isProven = false): Promise<Project> => {
    const project = projectOf(first);
    await project.run(migrated.url(), "apply", "--target", "migrated");
    await project.run(live.url(), "apply", "--target", "live");
    project.write({});
    for (const [name, text] of Object.entries(components)) {
      const path = join(project.folder, "migrator", name);
      const { mkdirSync } = await import("node:fs");
      mkdirSync(join(path, ".."), { recursive: true });
      writeFileSync(path, text);
    }
    expect(await project.generate("components", "--changed")).toEqual([
      "down.sql.jinja",
      "down.tenant.sql.jinja",
      "up.sql.jinja",
      "up.tenant.sql.jinja",
    ]);
    if (isProven) await proven(project);
    else {
      await project.run(migrated.url(), "apply", "--target", "migrated");
      await project.run(live.url(), "apply", "--target", "live");
    }
    return project;
  };

  test("what changes for tenants alone, of templates too, is written for each of them", async () => {
    const project = await begun(true);
    project.write({
      "components/@tenant/mine.sql":
        "create view mine as select id::bigint as id, price from all_items;\ngrant select on mine to alice, bob;",
      "components/@tenant/sums.sql.jinja":
        "{% include '_head.jinja' %}create view sums as select {{ plan }} as plan, count(*) as n from orders;",
      "components/_head.jinja": "-- second\n",
      "components/@tenant/f.sql": null,
    });
    expect(await project.generate("tenants", "--changed")).toEqual([
      "down.tenant.sql.jinja",
      "up.tenant.sql.jinja",
    ]);
    const text = project.text("tenants", "up.tenant.sql.jinja");
    expect(text).toContain("{{ schema | ident }}.mine");
    expect(text).toContain('{% include "@tenant/sums.sql.jinja" %}');
    for (const literal of [...keys, "migrator_shadow", "gold", "free"]) expect(text).not.toContain(literal);
    await proven(project);
  });

  test("what is shared goes first where tenants need it; on the way back they step aside", async () => {
    const project = await begun();
    project.write({
      "components/all_items.sql": "create view app.all_items as select id, price, tenant from app.items;",
      "components/@tenant/mine.sql":
        "create view mine as select id, price, tenant from all_items;\ngrant select on mine to alice;",
    });
    // On the way back the column goes from under the tenants' views.
    expect((await project.generate("grown", "--changed")).filter((name) => name.startsWith("up"))).toEqual([
      "up.1.tenant.sql.jinja",
      "up.2.sql.jinja",
      "up.3.tenant.sql.jinja",
    ]);
    expect(project.text("grown", "up.1.tenant.sql.jinja")).not.toContain("drop");
    expect(project.text("grown", "up.3.tenant.sql.jinja")).not.toContain("drop");
    await proven(project);
  });

  test("what is shared goes behind tenants that need it no more", async () => {
    const project = await begun();
    project.write({
      "components/all_items.sql": "create view app.all_items as select id from app.items;",
      "components/@tenant/mine.sql": "create view mine as select id from app.items;",
    });
    expect((await project.generate("apart", "--changed")).filter((name) => name.startsWith("up"))).toEqual([
      "up.1.tenant.sql.jinja",
      "up.2.sql.jinja",
    ]);
    await proven(project);
  });

  test("where both wait for each other, tenants step aside and come back", async () => {
    const project = await begun();
    project.write({
      "components/all_items.sql":
        "create view app.all_items as select id::text as id, price, 1 as one from app.items;",
      "components/@tenant/mine.sql":
        "create view mine as select id || 'x' as id, one from all_items;\ngrant select on mine to alice;",
    });
    expect((await project.generate("both", "--changed")).filter((name) => name.startsWith("up"))).toEqual([
      "up.1.tenant.sql.jinja",
      "up.2.sql.jinja",
      "up.3.tenant.sql.jinja",
    ]);
    await proven(project);
  });

  test("statements that change the tables of tenants; refresh writes the parts anew", async () => {
    const project = await begun();
    project.write({
      "components/@tenant/sums.sql.jinja":
        "create view sums as select id, amount, {{ plan }} as plan from orders;",
    });
    await project.generate(
      "tables",
      "--changed",
      "--scope",
      "tenant",
      "--around",
      "alter table orders alter column amount type numeric",
    );
    const text = project.text("tables", "up.tenant.sql.jinja");
    expect(text).toContain("-- migrator: statement\nalter table orders alter column amount type numeric;");
    project.write({
      "components/@tenant/sums.sql.jinja":
        "create view sums as select amount, {{ plan }} as plan from orders;",
    });
    const refreshed = await project.run(
      "postgres://nobody@127.0.0.1:1/none",
      "migration",
      "refresh",
      "tables",
    );
    expect([refreshed.code, refreshed.stderr]).toEqual([
      0,
      // The target of this project is a server that nobody runs.
      expect.stringMatching(/^whether \S+ is applied already could not be asked: .*\n$/),
    ]);
    expect(project.text("tables", "up.tenant.sql.jinja")).toContain("alter column amount type numeric");
    await proven(project);
  });

  test("a tenant that has what the block does not know of stops it, and no other", async () => {
    const project = await begun();
    await migrated.database().query('grant select on "x y".mine to bob');
    project.write({
      "components/@tenant/mine.sql": "create view mine as select id::text as id from all_items;",
    });
    await project.generate("lost", "--changed");
    const ran = await project.run(migrated.url(), "apply", "--target", "migrated", "--jobs", "1");
    expect(ran.code).toBe(1);
    expect(ran.stderr).toContain("SELECT to bob");
    expect(ran.stderr).toContain("tenant=x y");
  });
});
