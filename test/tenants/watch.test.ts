/** A watch with components of a matrix: the development value first, then the others, whatever was saved. */
import { unlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { WatchOptions } from "../../src/commands/watch.ts";
import type { PlanJson } from "../../src/report/plan-report.ts";
import { EVERYWHERE, type FreshDatabase, freshDatabase } from "../servers/database.ts";
import { type ProjectFolder, projectFolder } from "../watch/support/project-folder.ts";
import { type WatchHere, watchHere } from "../watch/support/watch-here.ts";
import { startWatch } from "../watch/support/watch-process.ts";

const schemas = ["acme", "beta", "gamma"];
const files = {
  // Stands in for the tables of the tenants: there is no other way to make them on the embedded database.
  "base.sql": "create view base as select 1 as id, 2 as price;\n",
  "@tenant/mine.sql": "create view mine as select * from base;\n",
  "@tenant/plan.sql.jinja": '{% include "_plan.jinja" %}',
  "_plan.jinja": "create view plan as select {{ plan }} as plan;\n",
  "idempotent_schemas/acme/own.sql": "create view acme.own as select 1 as a;\n",
  "idempotent_schemas/beta/own.sql": "create view beta.own as select 1 as a;\n",
  "idempotent_schemas/gamma/own.sql": "create view gamma.own as select 1 as a;\n",
};

const stepsOf = (batch: PlanJson): readonly string[] =>
  batch.steps.map(({ scope, kind, object }) => `${scope}: ${kind} ${object}`);
const forAll = (step: (schema: string) => string, order = schemas): readonly string[] =>
  order.map((schema) => `tenant=${schema}: ${step(schema)}`);

describe.each(EVERYWHERE)("on %s", (where) => {
  let folder: ProjectFolder;
  let fresh: FreshDatabase | null = null;
  let watch: WatchHere | null = null;

  beforeEach(async () => {
    folder = projectFolder(files);
    fresh = where === "embedded" ? null : await freshDatabase(where);
    values("free");
  });
  afterEach(async () => {
    await watch?.stop();
    watch = null;
    await fresh?.drop();
    folder.remove();
  });

  const values = (plan: string): void =>
    writeFileSync(
      join(folder.root, "tenants.json"),
      JSON.stringify(schemas.map((schema) => ({ schema, plan }))),
    );
  const start = async (
    matrix: object = {},
    options: WatchOptions = {},
    paths: readonly string[] = [],
  ): Promise<PlanJson> => {
    folder.writeConfig({ matrices: { tenant: { file: "tenants.json", ...matrix } } });
    watch = watchHere(folder, fresh?.url ?? null, { jobs: "1", ...options }, paths);
    return watch.next();
  };
  const next = async (): Promise<PlanJson> => {
    if (watch === null) throw new Error("nothing watches");
    return watch.next();
  };

  test("every kind of save reaches the development value, then the others, in one line", async () => {
    const first = await start({ development: "beta" });
    const order = ["beta", "acme", "gamma"];
    expect(first.errors).toEqual([]);
    expect(stepsOf(first).filter((step) => step.startsWith("tenant="))).toEqual(
      order.flatMap((schema) => [
        `tenant=${schema}: create view ${schema}.mine`,
        `tenant=${schema}: create view ${schema}.plan`,
      ]),
    );

    folder.write("@tenant/mine.sql", "create view mine as select *, 3 as more from base;\n");
    expect(stepsOf(await next())).toEqual(forAll((schema) => `replace view ${schema}.mine`, order));

    // A file that a template of theirs includes, and the file that the values come from.
    folder.write("_plan.jinja", "create view plan as select {{ plan }} as plan, 1 as one;\n");
    expect(stepsOf(await next())).toEqual(forAll((schema) => `replace view ${schema}.plan`, order));
    values("gold");
    expect(stepsOf(await next())).toEqual(forAll((schema) => `replace view ${schema}.plan`, order));

    // A shared view that those of the values expand anew.
    folder.write("base.sql", "create view base as select 1 as id, 2 as price, 4 as late;\n");
    const both = await next();
    expect(both.errors).toEqual([]);
    expect(stepsOf(both)[0]).toBe("shared: replace view public.base");
    expect(new Set(stepsOf(both).map((step) => step.split(":")[0]))).toEqual(
      new Set(["shared", ...order.map((schema) => `tenant=${schema}`)]),
    );

    unlinkSync(folder.component("@tenant/plan.sql.jinja"));
    expect(stepsOf(await next())).toEqual(forAll((schema) => `drop view ${schema}.plan`, order));
    expect(await watch?.rest(300)).toEqual([]);
    expect(watch?.failures).toEqual([]);
  });

  test("a save of what no value uses leaves them alone", async () => {
    await start();
    folder.write("apart.sql", "create view apart as select 1 as a;\n");
    expect(stepsOf(await next())).toEqual(["shared: create view public.apart"]);
    folder.write("apart.sql", "create view apart as select 2 as a;\n");
    const batch = await next();
    expect(stepsOf(batch)).toEqual(["shared: replace view public.apart"]);
    expect(batch.summary.unchanged).toBe(Object.keys(files).length - 3);
  });

  test("a development value that fails holds the others; one of the others holds nobody", async () => {
    await start();
    folder.write("@tenant/mine.sql", "create view mine as select nothing from base;\n");
    const failed = await next();
    expect(failed.errors.map(({ scope, file, code }) => [scope, file, code])).toEqual([
      ["tenant acme", "migrator/components/@tenant/mine.sql", "statement-refused"],
    ]);
    expect(stepsOf(failed)).toEqual([]);

    // What is wrong in the text itself is told once.
    folder.write("@tenant/mine.sql", "create view mine as selec 1;\n");
    expect((await next()).errors).toHaveLength(1);

    folder.write(
      "@tenant/plan.sql.jinja",
      "create view plan as select {% if schema == 'beta' %}nothing{% else %}1{% endif %} as plan;\n",
    );
    expect((await next()).errors).toHaveLength(1);
    folder.write("@tenant/mine.sql", "create view mine as select id, price, 5 as five from base;\n");
    const some = await next();
    expect(some.errors.map(({ scope }) => scope)).toEqual(["tenant beta"]);
    expect(stepsOf(some)).toContain("tenant=gamma: replace view gamma.mine");

    folder.write("@tenant/plan.sql.jinja", "create view plan as select {{ plan }} as plan, 2 as two;\n");
    const well = await next();
    expect(well.errors).toEqual([]);
    expect(stepsOf(well)).toContain("tenant=beta: replace view beta.mine");
    expect(watch?.failures.length).toBeGreaterThan(0);
  });

  test("--scope and paths choose what is followed", async () => {
    const first = await start({}, { scope: "tenant=beta" });
    // The schema is made by the shared part.
    expect(new Set(first.errors.map(({ scope }) => scope))).toEqual(new Set(["tenant beta"]));
    await watch?.stop();
    await start();
    await watch?.stop();

    expect(stepsOf(await start({}, { scope: "tenant=beta" }))).toEqual([]);
    folder.write("base.sql", "create view base as select 1 as id, 2 as price, 7 as seven;\n");
    folder.write("@tenant/mine.sql", "create view mine as select id from base where id > 0;\n");
    // The columns that go stay away from the other values.
    expect(new Set(stepsOf(await next()).map((step) => step.split(":")[0]))).toEqual(
      new Set(["tenant=beta"]),
    );
    await watch?.stop();

    await start({}, {}, ["migrator/components/@tenant/plan.sql.jinja"]);
    folder.write("_plan.jinja", "create view plan as select {{ plan }} as plan, 8 as eight;\n");
    folder.write("@tenant/mine.sql", "create view mine as select id from base where id > 1;\n");
    expect(stepsOf(await next())).toEqual(forAll((schema) => `replace view ${schema}.plan`));
  });
});

test("a person reads the development value's steps, and one line about the others", async () => {
  const folder = projectFolder(files);
  const database = await freshDatabase(18);
  writeFileSync(join(folder.root, "tenants.json"), JSON.stringify(schemas));
  folder.writeConfig({ matrices: { tenant: { file: "tenants.json", variables: { plan: "free" } } } });
  const watching = startWatch(folder.root, ["--database-url", database.url ?? "", "--jobs", "2"]);
  await watching.says("2 other values: 2 changed");
  folder.write("@tenant/mine.sql", "create view mine as select *, 3 as more from base;\n");
  await watching.says("@tenant/mine.sql  2 other values");
  expect(await watching.end("SIGINT")).toBe(0);
  const said = watching.stdout();
  expect(said.match(/@tenant\/mine\.sql {2}.*/g)?.map((line) => line.replace(/\d+ ms/, "N ms"))).toEqual([
    '@tenant/mine.sql  tenant acme: ~ replaced view acme.mine  column "more" appended  N ms',
    "@tenant/mine.sql  2 other values: 2 changed  N ms",
  ]);
  await database.drop();
  folder.remove();
});
