/** Secrets in what PostgreSQL says of a migration, and in what the ledger says that they are. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { useServer } from "./support/project.ts";
import { runCli } from "./support/run-cli.ts";

const one = "20240101000000-one";
const variables = { k: { secret: { env: "K" } } };
const long = "sk_live_0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_tail";
const lines = `first_line_of_it\nline2\n${"YWJjZGVm".repeat(12)}`;
const check = "create table e (a int, b text check (b = 'x'));\ninsert into e values (1, {{ k }});";

/** Script, value, what of it must not be told, and what is. */
const refusals: readonly (readonly [string, string, RegExp, string])[] = [
  [check, long, /sk_live|0123456789/, 'violates check constraint "e_b_check"'],
  [check, lines, /first_line|line2|YWJj/, 'violates check constraint "e_b_check"'],
  ["select {{ k }}::json;", "correct-horse-battery", /correct-|horse|"correct"/, "22P02"],
  ["select upper({{ k }})::int;", "hunter2", /hunter/i, "22P02"],
  ["select {{ k }}::int;", "abcd", /abcd/, "22P02"],
  ["do $$ begin perform {{ k }}; end $$;", "hunter2", /hunter/i, ""],
  // What comes behind it reads the value from a table.
  [
    `create table e (b text);\ninsert into e values ({{ k }});\nalter table e add check (b = 'x');\ninsert into e values ((select b from e));`,
    long,
    /sk_live/,
    "",
  ],
  [`create table e (b text);\ninsert into e values ({{ k }});\nselect b::int from e;`, long, /sk_live/, ""],
];

describe.each([15, 18] as const)("on %s", (version) => {
  const server = useServer(version);

  test.each(refusals)("a refusal tells no part of a secret: %s", async (script, value, never, said) => {
    for (const config of [{}, { targets: { t: { url: server.url(), components: "migrated" } } }]) {
      await server.reset();
      const project = server.project({}, { variables, ...config });
      project.migrations({ [`${one}/up.sql.jinja`]: script });
      const env = { DATABASE_URL: server.url(), K: value };
      const run = (...args: readonly string[]) => runCli(project.folder, args, { env });
      const target = "targets" in config ? ["--target", "t"] : [];
      await run("migration", "pin", one);
      for (const args of [["apply"], ["apply", "--json"], ["migration", "apply"], ["plan"]]) {
        const ran = await run(...args, ...target);
        expect(ran.code, args.join(" ")).toBe(1);
        expect(ran.stdout + ran.stderr, args.join(" ")).not.toMatch(never);
        if (args[0] !== "plan")
          expect(ran.stdout + ran.stderr).toContain(args.at(-1) === "--json" ? "" : said);
      }
    }
  });

  test("a way back takes no secret from where the ledger says, but the project does not", async () => {
    const project = server.project({}, { variables });
    const made = join(project.folder, "made");
    project.migrations({
      [`${one}/up.sql.jinja`]: "create table t (k text);\ninsert into t values ({{ k }});",
      [`${one}/down.sql.jinja`]: "delete from t where k = {{ k }};\ndrop table t;",
    });
    const env = { DATABASE_URL: server.url(), K: "hunter2" };
    const run = (...args: readonly string[]) => runCli(project.folder, args, { env });
    await run("migration", "pin", one);
    expect(await run("migration", "apply")).toMatchObject({ code: 0 });
    const store = (source: object) =>
      server
        .database()
        .query("update migrator.migration set down = jsonb_set(down, '{secrets,k}', $1::jsonb)", [
          JSON.stringify(source),
        ]);
    for (const source of [
      { command: ["touch", made] },
      { file: "/etc/hostname" },
      { env: "PATH" },
      { file: 1 },
    ]) {
      await store(source);
      for (const args of [["--dry-run"], ["--yes"]]) {
        const refused = await run("migration", "revert", ...args);
        expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining("does not declare") });
      }
    }
    expect(existsSync(made)).toBe(false);
    expect(await server.database().query("select k from t")).toEqual([{ k: "hunter2" }]);
    await store({ env: "K" });
    expect(await run("migration", "revert", "--yes")).toMatchObject({ code: 0, stderr: "" });
  });
});
