import { mkdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Config, Variables } from "../../src/config/config.ts";
import { loadConfig } from "../../src/config/load.ts";
import { type Components, readComponents } from "../../src/project/components.ts";
import { noMemory, openMemory } from "../../src/project/memory.ts";
import { openWorkingTree } from "../../src/project/working-tree.ts";
import { temporaryFolder } from "../config/folder.ts";

interface Facts {
  readonly text: string;
}

class Project {
  readonly config: Config;
  /** The components parsed since this was last emptied. */
  parsed: string[] = [];
  env: Readonly<Record<string, string>> = {};

  constructor(config: Config) {
    this.config = config;
  }

  readonly parse = (component: string, text: string): Facts => {
    this.parsed.push(component);
    return { text };
  };
  path(name: string): string {
    return join(this.config.componentsFolder, name);
  }
  write(name: string, content: string | Uint8Array): string {
    mkdirSync(dirname(this.path(name)), { recursive: true });
    writeFileSync(this.path(name), content);
    return this.path(name);
  }
  read(variables: Variables = {}, memory = noMemory()): Promise<Components<Facts>> {
    this.parsed = [];
    return readComponents(this.config, { variables, env: this.env }, memory, this.parse);
  }
  /** A run of the tool: opens the memory, reads, saves. */
  async run(variables: Variables = {}, context = "c"): Promise<Components<Facts>> {
    const result = await this.read(variables, openMemory(this.config.stateFolder, context));
    await result.save();
    return result;
  }
}

async function project(files: Record<string, string | Uint8Array>): Promise<Project> {
  const named = Object.entries(files).map(
    ([name, content]) => [`migrator/components/${name}`, content] as const,
  );
  const folder = temporaryFolder({ "migrator/components/.keep": "", ...Object.fromEntries(named) });
  return new Project(await loadConfig({ folder }));
}

const texts = (result: Components<Facts>): Record<string, string> =>
  Object.fromEntries(result.components.map((one) => [one.component, one.text()]));
const changed = (result: Components<Facts>): readonly string[] =>
  result.components.filter((one) => one.changed).map((one) => one.component);

describe("reading", () => {
  test("gives text, facts, place and schema of each component, sorted", async () => {
    const tree = await project({
      "v/b.sql.jinja": 'select\n{% include "_i.sql.jinja" %}',
      "_i.sql.jinja": "\n  {{ x }}",
      "a.sql": "\ufeffselect 😀,\n b",
      "idempotent_schemas/api/c.sql": "c",
      "notes.md": "no component",
    });
    const result = await tree.read({ x: 5 });
    expect(result.mistakes).toEqual([]);
    expect(texts(result)).toEqual({
      "a.sql": "select 😀,\n b",
      "idempotent_schemas/api/c.sql": "c",
      "v/b.sql.jinja": "select\n\n  5",
    });
    expect(result.components.map((one) => [one.file, one.schema, one.changed, one.facts])).toEqual([
      ["migrator/components/a.sql", null, true, { text: "select 😀,\n b" }],
      ["migrator/components/idempotent_schemas/api/c.sql", "api", true, { text: "c" }],
      ["migrator/components/v/b.sql.jinja", null, true, { text: "select\n\n  5" }],
    ]);
    const [a, , b] = result.components;
    expect(a?.locate(12)).toEqual({ file: "migrator/components/a.sql", line: 2, column: 2 });
    expect(b?.locate(10)).toEqual({ file: "migrator/components/_i.sql.jinja", line: 2, column: 3 });
  });

  test("mistakes have their file and place, and all are shown", async () => {
    const tree = await project({
      "latin.sql": Uint8Array.from([...Buffer.from("é\nab"), 0xe9, 0x63]),
      "cut.sql": Uint8Array.from([0x61, 0xf0, 0x9f]),
      "nul.sql": "a\nb\0",
      "wide.sql": Uint8Array.from([0xff, 0xfe, 0x61, 0x00]),
      "t.sql.jinja": '\n{% include "latin.sql" %}',
      "u.sql.jinja": "{{ nope }}",
      "good.sql": "é",
      "@tenant/x.sql": "",
    });
    const result = await tree.read();
    expect(result.components.map((one) => one.component)).toEqual(["good.sql"]);
    expect(
      result.mistakes.map((one) => `${one.code} ${one.file}:${one.line}:${one.column} ${one.message}`),
    ).toEqual([
      'usage migrator/components/@tenant:undefined:undefined there is no matrix "tenant" in migrator.json',
      "file migrator/components/cut.sql:1:2 the file is not UTF-8",
      "file migrator/components/latin.sql:2:3 the file is not UTF-8",
      "file migrator/components/nul.sql:2:2 the file holds a NUL character",
      "template-error migrator/components/u.sql.jinja:1:4 nope is not defined",
      "file migrator/components/wide.sql:1:1 the file is UTF-16",
    ]);
  });

  test.skipIf(process.getuid?.() === 0)("a file that may not be read", async () => {
    const tree = await project({ "a.sql": "x" });
    const { chmodSync } = await import("node:fs");
    chmodSync(tree.path("a.sql"), 0);
    expect((await tree.read()).mistakes).toMatchObject([{ code: "file", file: "migrator/components/a.sql" }]);
  });
});

/** Makes files look as if they had lain there for long, also to ctime, by waiting out the racy time once. */
const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 2100));

describe("memory", () => {
  test("a run with nothing to do reads, renders and parses nothing; each kind of change is seen", async () => {
    const tree = await project({
      "a.sql": "a",
      "b.sql": "b",
      "t.sql.jinja": '{{ x }}{% include "_i.sql.jinja" %}{% include "o.sql" ignore missing %}',
      "u.sql.jinja": "{{ 1 }}",
      "_i.sql.jinja": "i",
    });
    await settle();
    await tree.run({ x: 1 });
    expect(tree.parsed).toEqual(["a.sql", "b.sql", "t.sql.jinja", "u.sql.jinja"]);

    const again = await tree.run({ x: 1 });
    expect(tree.parsed).toEqual([]);
    expect(changed(again)).toEqual([]);
    expect(again.components.map((one) => one.facts.text)).toEqual(["a", "b", "1i", "1"]);
    expect(texts(again)).toEqual({ "a.sql": "a", "b.sql": "b", "t.sql.jinja": "1i", "u.sql.jinja": "1" });

    tree.write("a.sql", "A");
    expect(changed(await tree.run({ x: 1 }))).toEqual(["a.sql"]);
    tree.write("_i.sql.jinja", "I");
    expect(changed(await tree.run({ x: 1 }))).toEqual(["t.sql.jinja"]);
    expect(changed(await tree.run({ x: 2 }))).toEqual(["t.sql.jinja"]);
    tree.write("o.sql", "o");
    expect(changed(await tree.run({ x: 2 }))).toEqual(["o.sql", "t.sql.jinja"]);
    expect(changed(await tree.run({ x: 2 }, "another context"))).toHaveLength(5);
    rmSync(tree.path("o.sql"));
    const last = await tree.run({ x: 2 }, "another context");
    expect(changed(last)).toEqual(["t.sql.jinja"]);
    expect(texts(last)["t.sql.jinja"]).toBe("2I");
    await tree.run({ x: 2 }, "another context");
    expect(tree.parsed).toEqual([]);
  });

  test("files that templates read and declared environment variables count like the template's own text", async () => {
    const tree = await project({
      "t.sql.jinja": '{{ read_file("data/a") }}, {{ read_file("./b") }}',
      "e.sql.jinja": '{{ env("MIGRATOR_TEST_VALUE", "none") }}',
      b: "B",
    });
    mkdirSync(join(tree.config.root, "data"));
    const data = join(tree.config.root, "data", "a");
    writeFileSync(data, "1");
    writeFileSync(join(tree.config.root, "migrator.json"), '{ "env": ["MIGRATOR_TEST_VALUE"] }');
    const declared = new Project(await loadConfig({ folder: tree.config.root }));
    await settle();
    const first = await declared.run();
    expect(first.mistakes).toEqual([]);
    expect(texts(first)).toMatchObject({ "t.sql.jinja": "'1', 'B'", "e.sql.jinja": "'none'" });
    expect(first.reads).toEqual([data, declared.path("b")]);
    expect(changed(await declared.run())).toEqual([]);
    writeFileSync(data, "2");
    expect(changed(await declared.run())).toEqual(["t.sql.jinja"]);
    declared.write("b", "BB");
    expect(changed(await declared.run())).toEqual(["t.sql.jinja"]);
    rmSync(data);
    const gone = await declared.run();
    expect(gone.mistakes).toMatchObject([
      { code: "file", file: "migrator/components/t.sql.jinja", column: 4 },
    ]);
    expect(gone.reads).toContain(data);
    writeFileSync(data, "3");
    expect(changed(await declared.run())).toEqual(["t.sql.jinja"]);
    declared.env = { MIGRATOR_TEST_VALUE: "set" };
    const last = await declared.run();
    expect(changed(last)).toEqual(["e.sql.jinja"]);
    expect(texts(last)["e.sql.jinja"]).toBe("'set'");
  });

  test("an update sees files that templates read", async () => {
    const tree = await project({ "t.sql.jinja": '{{ read_file("data") }}', "u.sql.jinja": "{{ 1 }}" });
    const data = join(tree.config.root, "data");
    let result = await tree.read();
    expect(result.mistakes).toHaveLength(1);
    writeFileSync(data, "1");
    result = await result.update([data]);
    expect(texts(result)["t.sql.jinja"]).toBe("'1'");
    writeFileSync(data, "2");
    result = await result.update([data]);
    expect(texts(result)["t.sql.jinja"]).toBe("'2'");
    expect(changed(result)).toEqual(["t.sql.jinja"]);
    rmSync(data);
    expect((await result.update([data])).mistakes).toHaveLength(1);
  });

  test("a file whose stamp is remembered is not read", async () => {
    const tree = await project({ "a.sql": "a" });
    const stamp = openWorkingTree(tree.config, new Map()).files.get("a.sql")?.stamp ?? "";
    const hash = (remembered: string): string | null =>
      openWorkingTree(tree.config, new Map([["a.sql", { stamp: remembered, sha256: "remembered" }]])).hashOf(
        "a.sql",
      );
    expect(hash(stamp)).toBe("remembered");
    expect(hash("another")).toMatch(/^[0-9a-f]{64}$/);
    expect(hash("")).toMatch(/^[0-9a-f]{64}$/);
  });

  test("a file of the same size and time is not trusted while it is young", async () => {
    const tree = await project({ "a.sql": "1" });
    const time = new Date();
    utimesSync(tree.path("a.sql"), time, time);
    await tree.run();
    tree.write("a.sql", "2");
    utimesSync(tree.path("a.sql"), time, time);
    const result = await tree.run();
    expect(texts(result)).toEqual({ "a.sql": "2" });
    expect(changed(result)).toEqual(["a.sql"]);
    // Touched without a change: hashed, not parsed.
    utimesSync(tree.path("a.sql"), new Date(), new Date());
    await tree.run();
    expect(tree.parsed).toEqual([]);
  });

  test("writes only what is new", async () => {
    const tree = await project({ "a.sql": "1" });
    await tree.run();
    const file = join(tree.config.stateFolder, "working-tree");
    const before = statSync(file, { bigint: true });
    await tree.run();
    expect(statSync(file, { bigint: true }).ino).toBe(before.ino);
    tree.write("a.sql", "22");
    await tree.run();
    expect(statSync(file, { bigint: true }).ino).not.toBe(before.ino);
  });

  test("text and facts belong together: a file changed since the read is refused", async () => {
    const tree = await project({
      "a.sql": "1",
      "t.sql.jinja": '{% include "_i.sql.jinja" %}',
      "_i.sql.jinja": "i",
    });
    await tree.run();
    const result = await tree.run();
    tree.write("a.sql", "2");
    tree.write("_i.sql.jinja", "j");
    for (const component of result.components) expect(() => component.text()).toThrow("was changed while");
  });

  test("damage in any byte is ignored", async () => {
    const tree = await project({ "a.sql": "alpha", "b.sql": "beta" });
    await tree.run();
    const file = join(tree.config.stateFolder, "working-tree");
    const sound = readFileSync(file);
    await fc.assert(
      fc.asyncProperty(
        fc.nat(sound.length - 1),
        fc.integer({ min: 1, max: 255 }),
        fc.boolean(),
        async (at, flip, cut) => {
          const damaged = Buffer.from(cut ? sound.subarray(0, at) : sound);
          if (!cut) damaged[at] = (damaged[at] ?? 0) ^ flip;
          writeFileSync(file, damaged);
          const result = await tree.read({}, openMemory(tree.config.stateFolder, "c"));
          expect(texts(result)).toEqual({ "a.sql": "alpha", "b.sql": "beta" });
          expect(result.components.map((one) => one.facts.text)).toEqual(["alpha", "beta"]);
          expect(tree.parsed).toEqual(["a.sql", "b.sql"]);
        },
      ),
      { numRuns: 60 },
    );
    rmSync(file);
    mkdirSync(file);
    expect(changed(await tree.read({}, openMemory(tree.config.stateFolder, "c")))).toEqual([
      "a.sql",
      "b.sql",
    ]);
  });

  test("writers at the same time leave one whole memory", async () => {
    const tree = await project({ "a.sql": "a" });
    const other = await project({ "a.sql": "a" });
    Object.assign(other, { config: { ...other.config, stateFolder: tree.config.stateFolder } });
    const runs = await Promise.all([
      tree.read({}, openMemory(tree.config.stateFolder, "c")),
      other.read({}, openMemory(tree.config.stateFolder, "c")),
    ]);
    await Promise.all(runs.map((result) => result.save()));
    await tree.run();
    expect(tree.parsed).toEqual([]);
  });
});

describe("updating", () => {
  test("reads again what changed and what uses it, and nothing else", async () => {
    const tree = await project({
      "a.sql": "a",
      "b.sql": "b",
      "t.sql.jinja": '{{ x }}{% include "_i.sql.jinja" %}',
      "u.sql.jinja": "u",
      "_i.sql.jinja": "i",
    });
    let result = await tree.read({ x: 1 });
    const first = result;
    tree.parsed = [];
    result = await result.update([tree.write("a.sql", "A")]);
    expect(tree.parsed).toEqual(["a.sql"]);
    expect(changed(result)).toEqual(["a.sql"]);
    expect(changed(first)).toHaveLength(4);
    expect(texts(first)["a.sql"]).toBe("a");

    result = await result.update([tree.write("_i.sql.jinja", "I"), tree.write("b.sql", "b")]);
    expect(changed(result)).toEqual(["t.sql.jinja"]);
    expect(texts(result)["t.sql.jinja"]).toBe("1I");

    result = await result.update([], { x: 2 });
    expect(changed(result)).toEqual(["t.sql.jinja"]);

    result = await result.update([
      tree.write("c/new.sql", "n"),
      "/elsewhere/x.sql",
      tree.write("c/new.sql~", "n"),
    ]);
    expect(changed(result)).toEqual(["c/new.sql"]);
    expect(result.components.map((one) => one.component)).toEqual([
      "a.sql",
      "b.sql",
      "c/new.sql",
      "t.sql.jinja",
      "u.sql.jinja",
    ]);

    renameSync(tree.path("c"), tree.path("d"));
    result = await result.update([tree.path("c"), tree.path("d")]);
    expect(result.components.map((one) => one.component)).toContain("d/new.sql");
    expect(result.components.map((one) => one.component)).not.toContain("c/new.sql");
  });

  test("a mistake goes when its cause does, wherever that lies", async () => {
    const tree = await project({ "t.sql.jinja": '{% include "_i.sql.jinja" %}', "_i.sql.jinja": "{% if %}" });
    let result = await tree.read();
    expect(result.mistakes).toMatchObject([{ file: "migrator/components/_i.sql.jinja", line: 1 }]);
    result = await result.update([tree.write("_i.sql.jinja", "ok")]);
    expect(result.mistakes).toEqual([]);
    expect(texts(result)).toEqual({ "t.sql.jinja": "ok" });
    rmSync(tree.path("_i.sql.jinja"));
    result = await result.update([tree.path("_i.sql.jinja")]);
    expect(result.mistakes).toMatchObject([{ message: 'there is no file "_i.sql.jinja" to include' }]);
    result = await result.update([tree.write("_i.sql.jinja", "back"), tree.write("@m/a.sql", "")]);
    expect(result.mistakes).toMatchObject([{ file: "migrator/components/@m" }]);
    expect(texts(result)).toEqual({ "t.sql.jinja": "back" });
  });

  test("property: after any changes, an update equals a read from nothing", async () => {
    const names = ["a.sql", "b.sql.jinja", "c.sql.jinja", "_i.sql.jinja", "d/e.sql", "o.sql"];
    const content = fc.constantFrom(
      "1",
      "2",
      "{{ x }}",
      '{% include "_i.sql.jinja" %}',
      '{% include "o.sql" ignore missing %}',
      '{% include y ignore missing %}{% include "a.sql" %}',
      "{{ nope }}",
      "{% if %}",
    );
    const step = fc.array(fc.tuple(fc.constantFrom(...names), fc.option(content)), {
      minLength: 1,
      maxLength: 3,
    });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(step, fc.nat(2)), { maxLength: 6 }), async (steps) => {
        const tree = await project({});
        let variables: Variables = { x: 0, y: "o.sql" };
        let result = await tree.read(variables);
        for (const [changes, x] of steps) {
          const paths = changes.map(([name, text]) => {
            if (text === null) rmSync(tree.path(name), { force: true });
            else tree.write(name, text);
            return tree.path(name);
          });
          variables = { x, y: "o.sql" };
          result = await result.update(paths, variables);
          const anew = await tree.read(variables);
          expect(texts(result)).toEqual(texts(anew));
          expect(result.mistakes).toEqual(anew.mistakes);
          expect(result.components.map((one) => one.facts)).toEqual(anew.components.map((one) => one.facts));
          const remembered = await tree.run(variables);
          expect(texts(remembered)).toEqual(texts(anew));
          expect(remembered.components.map((one) => one.facts)).toEqual(
            anew.components.map((one) => one.facts),
          );
          expect(remembered.mistakes).toEqual(anew.mistakes);
        }
      }),
      { numRuns: 40 },
    );
  });
});
