/** What is remembered of migrations: an unchanged one is not built again, and every way in which a file can change is seen. */
import { existsSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { version } from "../../src/commands/version.ts";
import { loadConfig } from "../../src/config/load.ts";
import { openBuildMemory } from "../../src/migrations/build-memory.ts";
import { migrationKey } from "../../src/migrations/migration.ts";
import { readMigrations } from "../../src/migrations/read-migrations.ts";
import { useServer } from "./support/project.ts";
import { jsonOf, type Ran } from "./support/run-cli.ts";

const plain = "20240101000000-plain";
const template = "20240102000000-template";
const pinned = "20240103000000-pinned";
/** Older than the first: what a stamp is not trusted for. */
const racy = 2200;

interface Case {
  readonly name: string;
  readonly change: (folder: string) => void;
  readonly args?: readonly string[];
  /** How each migration stands then. */
  readonly states: readonly string[];
  /** What `migration apply` says then. */
  readonly says: RegExp;
}

const at = (folder: string, ...path: readonly string[]) => join(folder, "migrator/migrations", ...path);

/** Other content of the same size, and the time of its last change as it was. */
function disguise(path: string, from: string, to: string): void {
  const { atime, mtime } = statSync(path);
  const text = readFileSync(path, "utf8");
  expect(text).toContain(from);
  expect(from).toHaveLength(to.length);
  writeFileSync(path, text.replace(from, to));
  utimesSync(path, atime, mtime);
}

function edit(path: string, from: string, to: string): void {
  const text = readFileSync(path, "utf8");
  expect(text).toContain(from);
  writeFileSync(path, text.replace(from, to));
}

/** The one file of the store. */
function stored(folder: string): string {
  const [hash = ""] = readFileSync(at(folder, pinned, "pinned_files"), "utf8").split(" ");
  return at(folder, "pinned_components", hash.slice(0, 2), hash);
}

const ok = ["adopted", "adopted", "adopted"];
const cases: readonly Case[] = [
  { name: "nothing", change: () => {}, states: ok, says: /no migration is pending/ },
  {
    name: "a longer text",
    change: (folder) => edit(at(folder, plain, "up.sql"), "int", "bigint"),
    states: ["altered", "adopted", "adopted"],
    says: /plain was altered/,
  },
  {
    name: "a text of the same size, its time restored",
    change: (folder) => disguise(at(folder, plain, "up.sql"), "table a", "table b"),
    states: ["altered", "adopted", "adopted"],
    says: /plain was altered/,
  },
  {
    name: "another file in its place",
    change(folder) {
      const path = at(folder, plain, "up.sql");
      writeFileSync(`${path}.new`, readFileSync(path, "utf8").replace("table a", "table b"));
      const { atime, mtime } = statSync(path);
      utimesSync(`${path}.new`, atime, mtime);
      renameSync(`${path}.new`, path);
    },
    states: ["altered", "adopted", "adopted"],
    says: /plain was altered/,
  },
  {
    name: "a variable that a template asks for appears",
    change: () => {},
    args: ["--var", "extra=1"],
    states: ["adopted", "unpinned", "adopted"],
    says: /no migration is pending/,
  },
  {
    name: "the pin names other content",
    change(folder) {
      const other = "select 2 as x;\n";
      writeFileSync(join(folder, "migrator/components/v.sql"), `create view v as ${other}`);
    },
    args: ["repin"],
    states: ["adopted", "adopted", "altered"],
    says: /pinned was altered/,
  },
  {
    name: "the component changes, and the pin does not",
    change: (folder) =>
      writeFileSync(join(folder, "migrator/components/v.sql"), "create view v as select 3 as x;\n"),
    states: ok,
    says: /no migration is pending/,
  },
  {
    name: "a pin is removed",
    change: (folder) => rmSync(at(folder, pinned, "pinned_files")),
    states: ok,
    says: /no migration is pending/,
  },
  {
    name: "what is stored is altered",
    change: (folder) => disguise(stored(folder), "select 1", "select 9"),
    states: [],
    says: /what lies in the store under its hash was altered/,
  },
  {
    name: "what is stored is removed",
    change: (folder) => rmSync(stored(folder)),
    states: [],
    says: /missing from the store/,
  },
  {
    name: "a migration is removed",
    change: (folder) => rmSync(at(folder, plain), { recursive: true }),
    states: ["missing", "adopted", "adopted"],
    says: /plain is applied, and there is no file of it/,
  },
  {
    name: "a script is removed",
    change: (folder) => rmSync(at(folder, plain, "up.sql")),
    states: [],
    says: /the migration has no up.sql/,
  },
  {
    name: "a script becomes a template",
    change: (folder) => renameSync(at(folder, plain, "up.sql"), at(folder, plain, "up.sql.jinja")),
    states: ok,
    says: /no migration is pending/,
  },
  {
    name: "a way back that cannot be read is added",
    change: (folder) => writeFileSync(at(folder, plain, "down.sql"), Buffer.from([0xff])),
    states: [],
    says: /not UTF-8/,
  },
  {
    name: "a folder of a migration is renamed",
    change: (folder) => renameSync(at(folder, plain), at(folder, "20240101000001-plain")),
    states: ["missing", "applied", "adopted", "adopted"],
    says: /1 migration applied/,
  },
  {
    name: "a loose script is added",
    change: (folder) => writeFileSync(at(folder, "loose.sql"), "select 1;"),
    states: [],
    says: /outside of a migration's folder/,
  },
];

describe("what is remembered of migrations", () => {
  const server = useServer(18);

  test("is trusted while nothing changed, and for nothing else", { timeout: 120_000 }, async () => {
    const prepared = [];
    for (const [index, one] of cases.entries()) {
      const project = server.project(
        { "v.sql": "create view v as select 1 as x;\n" },
        { project: `p${index}` },
      );
      project.migrations({
        [`${plain}/up.sql`]: "create table a (id int);",
        [`${template}/up.sql.jinja`]:
          "create table t (id int{% if extra is defined %}, extra int{% endif %});",
        [`${pinned}/up.sql.jinja`]: '{% include "v.sql" %}',
      });
      expect(await project.run("migration", "pin", pinned)).toMatchObject({ code: 0 });
      expect(await project.run("migration", "adopt", "--all", "--yes")).toMatchObject({ code: 0 });
      prepared.push({ ...one, project });
    }
    await sleep(racy);
    for (const { project } of prepared) {
      expect(await project.run("migration", "apply")).toMatchObject({ code: 0 });
      expect(existsSync(join(project.folder, ".migrator/settled-migrations"))).toBe(true);
    }
    for (const { name, change, args = [], states, says, project } of prepared) {
      change(project.folder);
      const repins = args[0] === "repin";
      if (repins) expect(await project.run("migration", "pin", pinned)).toMatchObject({ code: 0 });
      const options = repins ? [] : args;
      const quick = await project.run("migration", "apply", ...options);
      expect(`${quick.stdout}${quick.stderr}`, name).toMatch(says);
      expect(quick.code, name).toBe(states.length === 0 || states.includes("altered") ? 1 : 0);
      const told = await project.run("migration", "status", "--json", ...options);
      if (states.length === 0) expect(told.code, name).toBe(1);
      else expect(statesOf(told), name).toEqual(states);
    }
  });

  test("an unchanged one is known without being built, and a changed one alone is built", async () => {
    const project = server.project({}, { project: "known" });
    project.migrations({
      [`${plain}/up.sql`]: "create table a (id int);",
      [`${template}/up.sql.jinja`]: "create table t (id int);",
    });
    await sleep(racy);
    expect(await project.run("migration", "status")).toMatchObject({ code: 0 });
    const config = await loadConfig({ folder: project.folder });
    const known = () => {
      const read = readMigrations(config);
      const memory = openBuildMemory(config, config.variables, read, version);
      const build = () => {
        throw new Error("it is built");
      };
      return read.migrations.filter((one) => memory.recall(one, build) !== null).map(migrationKey);
    };
    expect(known()).toEqual([`known/${plain}`, `known/${template}`]);
    edit(at(project.folder, plain, "up.sql"), "int", "bigint");
    expect(known()).toEqual([`known/${template}`]);
    // The text of a remembered one is there when it runs.
    const ran = await project.run("migration", "apply", "--json");
    expect(jsonOf(ran)).toMatchObject({ applied: [{ id: plain }, { id: template }] });
  });

  test("on a live target the components follow as ever", async () => {
    const project = server.project({ "v.sql": "create view v as select id from a;\n" }, { project: "live" });
    project.migrations({ [`${plain}/up.sql`]: "create table a (id int, b int);" });
    await sleep(racy);
    expect(jsonOf(await project.run("apply", "--json"))).toMatchObject({ summary: { created: 1 } });
    expect(existsSync(join(project.folder, ".migrator/settled-migrations"))).toBe(true);
    expect(jsonOf(await project.run("apply", "--json"))).toMatchObject({ migrations: [], steps: [] });
    project.write({ "v.sql": "create view v as select id, b from a;\n" });
    expect(jsonOf(await project.run("apply", "--json"))).toMatchObject({
      migrations: [],
      summary: { replaced: 1 },
    });
    project.migrations({ [`${template}/up.sql`]: "create table c (id int);" });
    expect(jsonOf(await project.run("apply", "--json"))).toMatchObject({ migrations: [{ id: template }] });
    // A table that a migration changed by hand is still seen, also among others that nothing uses.
    await server.script(
      "create table unused (id int); alter table a add column d int; create schema other; create table other.a (id int)",
    );
    expect(jsonOf(await project.run("apply", "--json"))).toMatchObject({ migrations: [] });
  });

  test("damage in it, and another database, cost nothing but time", async () => {
    const project = server.project({}, { project: "damaged" });
    project.migrations({ [`${plain}/up.sql`]: "create table a (id int);" });
    await sleep(racy);
    expect(await project.run("migration", "apply")).toMatchObject({ code: 0 });
    for (const name of ["settled-migrations", "built-migrations"]) {
      const path = join(project.folder, ".migrator", name);
      const bytes = readFileSync(path);
      for (const damaged of [
        bytes.subarray(0, bytes.length - 3),
        Buffer.concat([bytes, bytes]),
        Buffer.alloc(0),
      ]) {
        writeFileSync(path, damaged);
        const ran = await project.run("migration", "apply");
        expect(ran).toMatchObject({ code: 0 });
        expect(ran.stdout).toContain("no migration is pending");
        // Written anew, so that the next run has it again; where this one vouches, the other is not read.
        if (name === "settled-migrations") expect(readFileSync(path)).toEqual(bytes);
      }
    }
    await server.reset();
    const again = await project.run("migration", "apply", "--json");
    expect(jsonOf(again)).toMatchObject({ applied: [{ id: plain }] });
  });
});

function statesOf(ran: Ran): readonly string[] {
  const { migrations } = jsonOf(ran) as unknown as { migrations: readonly { readonly state: string }[] };
  return migrations.map(({ state }) => state);
}
