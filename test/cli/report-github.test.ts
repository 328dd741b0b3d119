import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { summaryLimit } from "../../src/report/job-summary.ts";
import { useServer } from "./support/project.ts";
import { runCli } from "./support/run-cli.ts";

const server = useServer();

const components = {
  "a.sql": "create view a as select 1 as x;",
  "b.sql": "create view b as select x from a;",
  "c.sql": "create view c as select x from b;",
};

/** A project below a repository, as a job on GitHub sees it. */
function onGithub(files: Readonly<Record<string, string>> = components, config = {}) {
  const project = server.project(files, config);
  mkdirSync(join(project.folder, ".git"));
  const summary = join(project.folder, "summary.md");
  const env = { DATABASE_URL: server.url(), GITHUB_ACTIONS: "true", GITHUB_STEP_SUMMARY: summary };
  return {
    ...project,
    summary: () => readFileSync(summary, "utf8"),
    summaryFile: summary,
    run: (...args: string[]) => runCli(project.folder, [...args, "--report", "github"], { env }),
    plainly: (...args: string[]) => runCli(project.folder, args, { env }),
  };
}

function commands(text: string): readonly string[] {
  return text.split("\n").filter((line) => line.startsWith("::"));
}

test("a sync tells the summary what it did, and nothing of GitHub without being asked", async () => {
  const project = onGithub();
  const ran = await project.run("sync");
  expect(ran).toMatchObject({ code: 0, stderr: "" });
  expect(project.summary()).toMatch(
    /^### migrator sync: 3 created\n\nProject <code>app<\/code> · 0 components unchanged · applied\n/,
  );
  expect(project.summary()).toContain("  n2 --> n1\n  n3 --> n2\n");
  writeFileSync(project.summaryFile, "");
  expect((await project.plainly("plan")).code).toBe(0);
  expect(project.summary()).toBe("");
});

test("a mistake is an annotation at its place below the repository, also with --json and from a deeper folder", async () => {
  const project = onGithub({ ...components, "folder/d.sql": "create view d as\n  selec 1;" });
  const expected =
    '::error file=migrator/components/folder/d.sql,line=2,col=3,title=syntax-error::syntax error at or near "selec"%0Afix: correct the statement: up to here it is understood';
  const ran = await project.run("plan");
  expect(ran.code).toBe(1);
  expect(commands(ran.stderr)).toEqual([expected]);
  expect(commands(ran.stdout)).toEqual([]);
  expect(project.summary()).toMatch(
    /^### migrator: 1 mistake\n\n- \*\*syntax-error\*\* <code>migrator\/components\/folder\/d.sql:2<\/code>/,
  );
  const json = await project.run("sync", "--json");
  expect(commands(json.stderr)).toEqual([expected]);
  expect(JSON.parse(json.stdout).errors).toHaveLength(1);
});

test("warnings of a plan are annotations, and its comment is printed alone", async () => {
  const project = onGithub({ ...components, "m.sql": "create materialized view m as select x from a;" });
  expect((await project.run("sync")).code).toBe(0);
  project.write({ "a.sql": "create view a as select 2::bigint as x;" });
  const ran = await project.run("plan", "--markdown");
  expect(ran.code).toBe(0);
  expect(ran.stdout).toMatch(/^<!-- migrator plan app -->\n### migrator plan: 4 recreated\n/);
  expect(ran.stdout).toContain("cost | what | rows | size");
  expect(ran.stdout).toMatch(/<details><summary>SQL<\/summary>\n\n```sql\n-- recreate view public.a\n/);
  expect(project.summary()).toContain("### migrator plan: 4 recreated");
});

test("the comment of a plan that cannot be made says why", async () => {
  const project = onGithub({ ...components, "a.sql": "create view a as select * from nowhere;" });
  const ran = await project.plainly("plan", "--markdown");
  expect(ran.code).toBe(1);
  expect(ran.stdout).toMatch(/^<!-- migrator plan app -->\n### migrator plan: 1 mistake\n/);
  expect(ran.stdout).toContain("relation &#34;nowhere&#34; does not exist".replaceAll("&#34;", '"'));
});

test("an apply with nothing to do is told, too, as often as it is asked", async () => {
  const project = onGithub();
  for (const _ of [1, 2, 3]) expect((await project.run("apply")).code).toBe(0);
  const headings = project.summary().match(/^### .*$/gm);
  expect(headings).toEqual([
    "### migrator apply: 3 created",
    ...Array(2).fill("### migrator apply: nothing to do"),
  ]);
});

test("what was changed in the database is told at its file", async () => {
  const project = onGithub();
  await project.run("sync");
  await server.script("create or replace view c as select x + 1 as x from b");
  writeFileSync(project.summaryFile, "");
  const drift = await project.run("drift");
  expect(commands(drift.stderr)).toEqual([
    "::warning file=migrator/components/c.sql,line=1,col=1,title=drift::view public.c: it was changed in the database",
  ]);
  expect(project.summary()).toMatch(
    /^### migrator drift: 1 changed in the database\n\n<details><summary><code>view public.c<\/code>/,
  );
  expect(project.summary()).toContain("\n```diff\n");
  const strict = await project.run("drift", "--exit-code");
  expect(strict.code).toBe(4);
  expect(commands(strict.stderr)[0]).toMatch(/^::error file=migrator\/components\/c.sql,/);
  writeFileSync(project.summaryFile, "");
  expect((await project.run("status", "--exit-code")).code).toBe(4);
  expect(project.summary()).toMatch(
    /^### migrator status: 1 drifted, 2 unchanged\n\n- \*\*drifted\*\* <code>view public.c<\/code>/,
  );
  project.write({ "c.sql": "create view c as select x + 2 as x from b;" });
  const stopped = await project.run("sync");
  expect(stopped.code).toBe(4);
  expect(commands(stopped.stderr)[0]).toMatch(
    /^::error file=migrator\/components\/c.sql,line=1,col=1,title=drift::/,
  );
});

test("migrations: a plan, a run, a test and the pins", async () => {
  const project = onGithub(components, {
    targets: { prod: { url: { env: "DATABASE_URL" }, components: "migrated" } },
    defaultTarget: "prod",
  });
  project.migrations({
    "20260101000000-t/up.sql": "create table t (id int);",
    "20260101000000-t/down.sql": "drop table t;",
  });
  const plan = await project.run("plan", "--markdown", "--target", "prod");
  expect(plan.stdout).toMatch(
    /^<!-- migrator plan app prod -->\n### migrator plan: 1 migration\n\nProject <code>app<\/code>, target <code>prod<\/code> · nothing was changed\n\n- migration <code>20260101000000-t<\/code> would run\n/,
  );
  expect(plan.stdout).toContain("```sql\n-- migration 20260101000000-t\ncreate table t (id int);\n```");
  writeFileSync(project.summaryFile, "");
  expect((await project.run("apply", "--target", "prod")).code).toBe(0);
  expect((await project.run("apply", "--target", "prod")).code).toBe(0);
  expect((await project.run("migration", "status", "--target", "prod")).code).toBe(0);
  expect((await project.run("migration", "test")).code).toBe(0);
  expect((await project.run("pin", "check")).code).toBe(0);
  const headings = project
    .summary()
    .split("\n")
    .filter((line) => line.startsWith("#"));
  expect(headings).toEqual([
    "### migrator apply: 1 migration applied",
    "### migrator apply: nothing is pending",
    "### migrator migration status: migrations: 1 applied",
    "### migrator migration test: 1 tested",
    "### migrator pin check: 0 pinned migrations, 0 stored files: all whole",
  ]);
  project.migrations({ "20260102000000-u/up.sql": "create table t (id int);" });
  const failed = await project.run("plan", "--markdown", "--target", "prod");
  expect(failed.code).toBe(1);
  expect(failed.stdout).toContain("### migrator plan: 1 mistake");
  expect(commands(failed.stderr)[0]).toMatch(
    /^::error file=migrator\/migrations\/20260102000000-u\/up.sql,line=1,col=\d+,title=[a-z-]+::/,
  );
});

test("values of matrices: each mistake says whose it is", async () => {
  const project = onGithub(
    { "@tenant/v.sql": "create view v as select id from t;" },
    { matrices: { tenant: { values: ["acme", "beta"] } } },
  );
  await server.script("create schema acme; create schema beta; create table acme.t (id int)");
  const plan = await project.run("plan", "--markdown");
  expect(plan.code).toBe(1);
  expect(plan.stdout).toContain(
    "| create | <code>view acme.v</code> | new | <code>&#64;tenant/v.sql</code> | tenant acme |",
  );
  expect(plan.stdout).toMatch(
    /- \*\*statement-refused\*\* .* \(tenant beta\): view beta.v: relation "t" does not exist/,
  );
  expect(commands(plan.stderr)).toEqual([
    expect.stringMatching(/^::error file=migrator\/components\/@tenant\/v.sql,line=1,.*\(tenant beta\)/),
  ]);
});

test("a summary that is nearly full gets no more than has room, and one that cannot be written is told", async () => {
  const project = onGithub();
  writeFileSync(project.summaryFile, "x".repeat(summaryLimit - 600));
  expect((await project.run("plan")).code).toBe(0);
  expect(project.summary().length).toBeLessThanOrEqual(summaryLimit);
  expect(project.summary().replace(/^x+/, "")).toMatch(
    /^(### migrator plan: 3 created|migrator: there is no room)/,
  );
  writeFileSync(project.summaryFile, "x".repeat(summaryLimit));
  expect((await project.run("plan")).code).toBe(0);
  expect(project.summary().length).toBe(summaryLimit);
  const env = { DATABASE_URL: server.url(), GITHUB_STEP_SUMMARY: project.folder };
  const ran = await runCli(project.folder, ["plan", "--report", "github"], { env });
  expect(ran.code).toBe(0);
  expect(commands(ran.stderr)[0]).toMatch(
    /^::warning title=migrator::the summary of the job cannot be written: EISDIR/,
  );
});

test("the name of an object is no command", async () => {
  const project = onGithub({ "a.sql": 'create view "x\n::error::y" as select 1 as x;' });
  const ran = await project.run("sync");
  expect(ran.code).toBe(0);
  expect(commands(ran.stdout + ran.stderr)).toEqual([]);
});

test("secrets are hidden in both", async () => {
  const project = onGithub(components, { variables: { word: { secret: { env: "WORD" } } } });
  const env = { DATABASE_URL: server.url(), GITHUB_STEP_SUMMARY: project.summaryFile, WORD: "hunter22" };
  project.write({ "a.sql": "create view hunter22 as selec 1;", "b.sql": null, "c.sql": null });
  const ran = await runCli(project.folder, ["plan", "--markdown", "--report", "github"], { env });
  expect(ran.code).toBe(1);
  project.write({ "a.sql": "create view hunter22 as select 1 as x;" });
  const well = await runCli(project.folder, ["plan", "--markdown", "--report", "github"], { env });
  expect(well.stdout).toContain("view public.***");
  expect(ran.stdout + ran.stderr + well.stdout + well.stderr + project.summary()).not.toContain("hunter22");
});

test("a plan is printed in one form", async () => {
  const ran = await onGithub().plainly("plan", "--markdown", "--sql");
  expect(ran.code).toBe(2);
  expect(ran.stderr).toContain("--sql and --markdown print the plan in two forms");
});

test("a place that is not known is a usage error", async () => {
  const project = onGithub();
  const ran = await project.plainly("plan", "--report", "gitlab");
  expect(ran.code).toBe(2);
  expect(ran.stderr).toContain("Allowed choices are github");
});
