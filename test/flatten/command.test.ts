/** `flatten` on a project's migrations, and what databases do with the baseline that have all, none or some of them. */
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { stateDifferences, wholeState } from "../../src/snapshot/whole-state.ts";
import { jsonOf, type Ran, runCli } from "../cli/support/run-cli.ts";
import { temporaryFolder } from "../config/folder.ts";
import { type FreshDatabase, freshDatabase, serverUrl } from "../servers/database.ts";

const first = "20240101000000-first";
const second = "20240102000000-second";
const baseline = "20240102000001-baseline";

const files = {
  "migrator.json": JSON.stringify({ project: "app", searchPath: ["app", "public"] }),
  "migrator/components/total.sql":
    "create function total(a int, b int) returns int language sql immutable as 'select a + b'",
  [`migrator/migrations/${first}/up.sql`]: `create schema app;
create table app.kind (name text primary key);
insert into app.kind values ('a'), ('{{ b }}');
create table app.item (id int generated always as identity primary key, kind text default 'a' references app.kind, name varchar(10));
create view app.named as select id, name from app.item where name <> '';
create function app.shout(t text) returns text language sql immutable as 'select upper(t)';
create function app.otherwise() returns int language sql immutable as 'select 1';`,
  [`migrator/migrations/${second}/up.sql.jinja`]: `{% include "total.sql" %};
alter table app.item add price int not null default total(1, 2);
drop view app.named;
alter table app.item alter name type text;
create view app.named as select id, shout(name) as name from app.item;
grant select on app.named to alice;
insert into app.item (name) values ('x');`,
  [`migrator/migrations/${second}/down.sql`]: "select 1;",
};

interface Run {
  readonly folder: string;
  run(...args: readonly string[]): Promise<Ran>;
}

function project(url: string | null, more: Readonly<Record<string, string>> = {}): Run {
  const folder = temporaryFolder({ ...files, ...more });
  return {
    folder,
    run: (...args) => runCli(folder, args, { env: url === null ? {} : { DATABASE_URL: url } }),
  };
}

async function fine(ran: Promise<Ran>): Promise<Ran> {
  const done = await ran;
  expect([done.code, done.stderr.replaceAll(/^the shadow has no role .*\n/gm, "")]).toEqual([0, ""]);
  return done;
}

async function withDatabases(
  version: 15 | 18,
  work: (old: FreshDatabase, fresh: FreshDatabase, part: FreshDatabase) => Promise<void>,
): Promise<void> {
  const databases = [
    await freshDatabase(version),
    await freshDatabase(version),
    await freshDatabase(version),
  ] as const;
  try {
    await work(...databases);
  } finally {
    for (const one of databases) await one.drop();
  }
}

const at = (database: FreshDatabase) => ["--database-url", database.url ?? ""];

test.each([15, 18] as const)(
  "databases of %s that have all, none or some",
  { timeout: 180_000 },
  async (version) => {
    await withDatabases(version, async (old, fresh, part) => {
      const { folder, run } = project(null);
      await fine(run("migration", "pin", second));
      await fine(run("migration", "apply", ...at(old)));
      await fine(run("migration", "apply", first, ...at(part)));
      const before = join(temporaryFolder({}), "before");
      cpSync(folder, before, { recursive: true });
      const components = join(folder, "migrator/components");
      const other = "create function otherwise() returns int language sql immutable as 'select 2'";
      writeFileSync(join(components, "otherwise.sql"), other);
      writeFileSync(join(components, "newer.sql"), "create view newer as select 1 as one");
      const shadow = version === 18 ? [] : ["--shadow", serverUrl(version)];
      const told = jsonOf(await fine(run("flatten", "--json", ...shadow, "--data", "kind")));
      expect(told).toMatchObject({ baseline: `migrator/migrations/${baseline}`, replaced: 2 });
      expect(told.warnings).toEqual([expect.stringContaining("app.item")]);
      expect(readdirSync(join(folder, "migrator/migrations")).sort()).toEqual([
        baseline,
        "pinned_components",
      ]);
      expect(readdirSync(join(folder, `migrator/migrations/${baseline}/replaced`))).toEqual([first, second]);
      const script = readFileSync(join(folder, `migrator/migrations/${baseline}/up.sql.jinja`), "utf8");
      expect(script).toContain('{% include "total.sql" %}');
      expect(script).toContain('{% include "app/views/named.sql" %}');
      // What needs the function comes behind it.
      expect(script.indexOf("total.sql")).toBeLessThan(script.indexOf("CREATE TABLE app.item"));
      // A file that says something else is left out, and so is what is not there yet.
      expect(script).not.toMatch(/otherwise\.sql|newer\.sql/);
      expect(script).toContain("CREATE FUNCTION app.otherwise()");
      expect(script).toContain('{% include "app/functions/shout.sql" %}');
      for (const name of ["otherwise.sql", "newer.sql"]) rmSync(join(components, name));
      expect(existsSync(join(folder, "migrator/components/app/functions/shout.sql"))).toBe(true);
      // One that has all of them.
      const was = await wholeState(old, "migrator", []);
      const adopted = await fine(run("migration", "apply", ...at(old)));
      expect(adopted.stdout).toContain("nothing runs");
      expect(stateDifferences(was, await wholeState(old, "migrator", []))).toEqual([]);
      const status = jsonOf(await fine(run("migration", "status", "--json", "--exit-code", ...at(old))));
      expect(status.migrations).toEqual([expect.objectContaining({ migration: baseline, state: "adopted" })]);
      expect((await fine(run("migration", "apply", ...at(old)))).stdout).toContain("no migration is pending");
      // One that has none.
      await fine(run("migration", "apply", ...at(fresh)));
      const found = await wholeState(fresh, "migrator", []);
      const counts = (_: string, fact: string) => !/atthasmissing|attmissingval/.test(fact);
      expect(stateDifferences(was, found, counts).filter((line) => !line.startsWith("reached: "))).toEqual(
        [],
      );
      expect(await fresh.query("select name from app.kind order by 1")).toEqual(
        [{ name: "a" }, { name: "{{ b }}" }].sort((a, b) => (a.name < b.name ? -1 : 1)),
      );
      // One that has some.
      const refused = await run("migration", "apply", ...at(part));
      expect([refused.code, refused.stderr]).toEqual([
        1,
        expect.stringMatching(new RegExp(`^ +${second}$`, "m")),
      ]);
      const finish = (...args: readonly string[]) => runCli(before, args, {});
      await fine(finish("migration", "apply", ...at(part)));
      await fine(run("migration", "apply", ...at(part)));
      // An older checkout takes the record away and nothing else.
      await fine(finish("downgrade", "--yes", ...at(old)));
      expect(stateDifferences(was, await wholeState(old, "migrator", []))).toEqual([]);
      expect((await fine(finish("migration", "apply", ...at(old)))).stdout).toContain(
        "no migration is pending",
      );
      // The components are as the database has them.
      const plan = jsonOf(await fine(run("plan", "--json", ...at(fresh))));
      expect(plan.steps).toEqual([]);
      await fine(run("migration", "test", ...shadow));
      await fine(run("pin", "check"));
      expect((await fine(run("flatten", ...shadow))).stdout).toContain("nothing to flatten");
    });
  },
);

test("a later migration is flattened into the next baseline, which stands for all before", {
  timeout: 120_000,
}, async () => {
  await withDatabases(18, async (old, middle, fresh) => {
    const { folder, run } = project(null);
    await fine(run("migration", "pin", second));
    await fine(run("migration", "apply", ...at(old)));
    await fine(run("flatten", "--data", "all"));
    await fine(run("migration", "apply", ...at(middle)));
    const third = "20240301000000-third";
    cpSync(
      join(
        temporaryFolder({ "up.sql": `-- migrator: requires ${first}\nalter table app.item add note text;` }),
        ".",
      ),
      join(folder, "migrator/migrations", third),
      { recursive: true },
    );
    await fine(run("migration", "apply", ...at(middle)));
    // This one never saw the first baseline.
    await old.query("alter table app.item add note text");
    await old.query(
      `insert into migrator.migration (project, module, migration, state, up, checksum, variables, pins, author, tool)
       values ('app', 'app', $1, 'applied', '{}', '', '{}', '{}', '', '')`,
      [third],
    );
    await fine(run("flatten", "--data", "all"));
    const next = "20240301000001-baseline";
    const replaces = readFileSync(join(folder, `migrator/migrations/${next}/replaces`), "utf8");
    expect(replaces).toBe(`app/${baseline} up\n  app/${first} up\n  app/${second} up\napp/${third} up\n`);
    for (const database of [old, middle]) {
      expect((await fine(run("migration", "apply", ...at(database)))).stdout).toContain("nothing runs");
      const status = jsonOf(await fine(run("migration", "status", "--json", ...at(database))));
      expect(status.migrations).toEqual([expect.objectContaining({ migration: next, state: "adopted" })]);
    }
    await fine(run("migration", "apply", ...at(fresh)));
    const counts = (_: string, fact: string) => !/atthasmissing|attmissingval/.test(fact);
    expect(
      stateDifferences(
        await wholeState(middle, "migrator", []),
        await wholeState(fresh, "migrator", []),
        counts,
      ),
    ).toEqual([]);
  });
});

test("--remove wants git to have what goes, and --dry-run leaves nothing behind", {
  timeout: 60_000,
}, async () => {
  const { folder, run } = project(null);
  await fine(run("migration", "pin", second));
  const listing = () => readdirSync(join(folder, "migrator"), { recursive: true }).sort();
  const before = listing();
  expect((await fine(run("flatten", "--dry-run"))).stdout).toContain("CREATE TABLE app.item");
  expect(listing()).toEqual(before);
  const git = (...args: readonly string[]) =>
    spawnSync("git", ["-c", "user.name=a", "-c", "user.email=a@b", ...args], {
      cwd: folder,
      encoding: "utf8",
    });
  git("init", "-q");
  const refused = await run("flatten", "--remove");
  expect([refused.code, refused.stderr]).toEqual([
    2,
    expect.stringContaining("git does not have the migrations as they are"),
  ]);
  expect(listing()).toEqual(before);
  git("add", "-A");
  git("commit", "-qm", "all");
  await fine(run("flatten", "--remove", "--to", first, "--data", "all"));
  const left = readdirSync(join(folder, "migrator/migrations")).sort();
  expect(left).toEqual(["20240101000001-baseline", second, "pinned_components"]);
  expect(existsSync(join(folder, "migrator/migrations/20240101000001-baseline/replaced"))).toBe(false);
  rmSync(join(folder, ".migrator"), { recursive: true, force: true });
  await fine(run("migration", "test", "20240101000001-baseline"));
});
