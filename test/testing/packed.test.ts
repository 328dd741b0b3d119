/** The package as somebody installs it: packed, unpacked beside its dependencies, and imported by tests of vitest and node:test. */
import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../config/folder.ts";
import { serverUrl } from "../servers/database.ts";

const repository = resolve(import.meta.dirname, "..", "..");
const modules = join(repository, "node_modules");

interface Ran {
  readonly status: number | null;
  readonly text: string;
}

function run(
  folder: string,
  command: string,
  args: readonly string[],
  env: Record<string, string> = {},
): Ran {
  const own = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(VITEST|NODE_OPTIONS)/.test(name)),
  );
  const { status, stdout, stderr } = spawnSync(command, args, {
    cwd: folder,
    env: { ...own, ...env },
    encoding: "utf8",
  });
  return { status, text: `${stdout}${stderr}` };
}

/** npm itself would ask the registry for the dependencies: they are linked to those of this repository. */
function install(folder: string): readonly string[] {
  const target = join(folder, "node_modules", "migrator");
  mkdirSync(target, { recursive: true });
  const packed = run(repository, "npm", ["pack", "--pack-destination", folder]);
  expect(packed.status, packed.text).toBe(0);
  const tarball = readdirSync(folder).find((name) => name.endsWith(".tgz")) ?? "";
  const unpacked = run(folder, "tar", ["xzf", tarball, "-C", target, "--strip-components=1"]);
  expect(unpacked.status, unpacked.text).toBe(0);
  const manifest = JSON.parse(readFileSync(join(target, "package.json"), "utf8"));
  for (const name of [
    ...Object.keys(manifest.dependencies),
    "vitest",
    "typescript",
    "@types/node",
    "@types/pg",
  ]) {
    mkdirSync(dirname(join(folder, "node_modules", name)), { recursive: true });
    symlinkSync(join(modules, name), join(folder, "node_modules", name));
  }
  return readdirSync(target);
}

const ofVitest = (name: string) => `import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestDatabase, type TestDatabase } from "migrator/testing";

let db: TestDatabase;
beforeAll(async () => {
  const databaseUrl = process.env.TEST_SERVER;
  db = await createTestDatabase(databaseUrl === undefined ? {} : { databaseUrl });
}, 120_000);
afterAll(() => db.close());

test("${name}", async () => {
  await db.query("insert into item values ($1)", [${JSON.stringify(name)}]);
  expect(await db.query<{ name: string }>("select name from item_name")).toEqual([{ name: ${JSON.stringify(name)} }]);
});
`;

const ofNode = `import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { createTestDatabase } from "migrator/testing";

let db;
before(async () => {
  db = await createTestDatabase({ seed: "insert into item values ('seeded')" });
});
after(() => db.close());

test("the seed is there", async () => {
  assert.deepEqual(await db.query("select name from item_name"), [{ name: "seeded" }]);
});
`;

test("tests of a project that installed the package", { timeout: 400_000 }, async () => {
  const folder = temporaryFolder({
    "package.json": '{ "name": "shop", "private": true, "type": "module" }',
    "migrator.json": '{ "project": "shop" }',
    "migrator/migrations/20260101000000-item/up.sql": "create table item (name text);",
    "migrator/components/item_name.sql": "create view item_name as select name from item;",
    "tests/a.test.ts": ofVitest("a"),
    "tests/b.test.ts": ofVitest("b"),
    "tests/c.test.ts": ofVitest("c"),
    "node.test.mjs": ofNode,
    "tsconfig.json": JSON.stringify({
      compilerOptions: {
        module: "nodenext",
        target: "es2022",
        strict: true,
        noEmit: true,
        skipLibCheck: true,
        types: ["node"],
      },
      include: ["tests"],
    }),
  });
  expect(install(folder)).toEqual(
    expect.arrayContaining(["dist", "schema", "components-sample", "README.md"]),
  );
  const vitest = join(modules, "vitest", "vitest.mjs");
  const embedded = run(folder, "node", [vitest, "run", "--root", folder, "--maxWorkers=2"]);
  expect(embedded.text).toMatch(/Tests .*3 passed/);
  expect(readdirSync(join(folder, ".migrator/test")).filter((name) => name.endsWith(".tar"))).toHaveLength(1);
  const server = run(folder, "node", [vitest, "run", "--root", folder, "--maxWorkers=2"], {
    TEST_SERVER: serverUrl(18),
  });
  expect(server.text).toMatch(/Tests .*3 passed/);
  const node = run(folder, "node", ["--test", "node.test.mjs"]);
  expect(node.status, node.text).toBe(0);
  const types = run(folder, "node", [join(modules, "typescript", "lib", "tsc.js"), "-p", "."]);
  expect(types.text).toBe("");
  const init = join(folder, "packages", "other");
  mkdirSync(init, { recursive: true });
  writeFileSync(join(init, ".gitkeep"), "");
  const tool = join(folder, "node_modules", "migrator", "dist", "main.js");
  expect(run(init, "node", [tool, "init"]).status).toBe(0);
  const { $schema } = JSON.parse(readFileSync(join(init, "migrator.json"), "utf8"));
  expect(JSON.parse(readFileSync(join(init, $schema), "utf8")).title).toBe("migrator.json");
});
