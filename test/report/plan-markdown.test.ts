import { expect, test } from "vitest";
import type { Diagnostic } from "../../graph/diagnostic.ts";
import type { Step } from "../../graph/step.ts";
import type { SyncResult } from "../../src/live/sync.ts";
import { commentLimit, type PlanPage, planComment, planMarkdown } from "../../src/report/plan-markdown.ts";

const nothing: SyncResult = {
  changes: [],
  steps: [],
  costs: [],
  warnings: [],
  unchanged: 0,
  sql: [],
  applied: false,
};

function page(result: Partial<SyncResult>, more: Partial<PlanPage> = {}): PlanPage {
  return {
    command: "plan",
    project: "shop",
    target: "prod",
    parts: [{ scope: "shared", components: 3, result: { ...nothing, ...result } }],
    migrations: null,
    errors: [],
    ...more,
  };
}

function step(name: string, more: Partial<Step> = {}): Step {
  return {
    kind: "recreate",
    identity: { kind: "view", schema: "public", name },
    component: `views/${name}.sql`,
    reason: "because",
    sql: [`create view ${name} as select 1`],
    ...more,
  };
}

test("the first line is the same at every run, whatever the project is called", () => {
  const [first] = planComment(page({}, { project: "a --> <b>", target: "x\ny" })).split("\n");
  expect(first).toBe("<!-- migrator plan a-b- x-y -->");
  expect(planComment(page({})).split("\n").slice(0, 4)).toEqual([
    "<!-- migrator plan shop prod -->",
    "### migrator plan: nothing to do",
    "",
    "Project <code>shop</code>, target <code>prod</code> · 3 components unchanged · nothing was changed",
  ]);
});

test("names of objects cannot break a table, a picture or a block", () => {
  const name = 'a|b`c``<img src=x>"</code>\n```\n</details>';
  const other = "@everyone";
  const key = JSON.stringify(["view", "public", name]);
  const otherKey = JSON.stringify(["view", "public", other]);
  const built = page({ steps: [step(name), step(other)], warnings: [name] });
  const [part] = built.parts;
  const text = planComment({
    ...built,
    parts: part === undefined ? [] : [{ ...part, edges: [{ from: key, to: otherKey, soft: false }] }],
  });
  const outside = text.replace(/^(`{3,})sql\n[\s\S]*?\n\1$/m, "");
  expect(outside).not.toMatch(/<img|@everyone|<\/code>\n/);
  const rows = outside.split("\n").filter((line) => line.startsWith("| recreate"));
  expect(rows.map((row) => row.split("|").length)).toEqual([6, 6]);
  expect(outside).toContain("n1 --> n2");
  const fence = /^(`{3,})sql$/m.exec(text)?.[1] ?? "";
  expect(fence).toBe("````");
  expect(text.endsWith(`\n${fence}\n\n</details>`)).toBe(true);
});

test("a statement that changes no object is told as one, with what it is of", () => {
  const label = "shop/20260101120000-crm";
  const made = step("", {
    kind: "alter",
    identity: { kind: "table", schema: null, name: `(${label})` },
    component: null,
    reason: `${label}: create schema crm`,
    sql: ["create schema crm"],
  });
  const text = planComment(page({ steps: [made] }));
  expect(text).toContain(`| run |  | create schema crm | <code>${label}</code> |`);
  expect(text).toContain(`-- run ${label}\ncreate schema crm;`);
  expect(text).not.toContain("mermaid");
});

test("a thousand steps and mistakes keep to the limit, and say what they leave out", () => {
  const names = Array.from({ length: 1000 }, (_, index) => `v${index}_${"|`<@".repeat(15)}`);
  const steps = names.map((name) => step(name, { sql: ["select `".repeat(500)] }));
  const errors = names.map(
    (name): Diagnostic => ({ code: "drift", message: `${name} ${"x".repeat(900)}`, fix: name, file: name }),
  );
  const key = (name: string | undefined) => JSON.stringify(["view", "public", name]);
  const edges = names
    .slice(1)
    .map((name, index) => ({ from: key(name), to: key(names[index]), soft: false }));
  const costs = steps.map(({ identity }) => ({
    relation: identity,
    kind: "rewrite" as const,
    rows: 1e9,
    bytes: 1e12,
  }));
  const built = page({ steps, warnings: names, costs }, { errors });
  const [part] = built.parts;
  const text = planComment({ ...built, parts: part === undefined ? [] : [{ ...part, edges }] });
  expect(text.length).toBeLessThanOrEqual(commentLimit);
  expect(text.length).toBeGreaterThan(commentLimit / 2);
  expect(text).toMatch(/^- and \d+ more$/m);
  expect(text).toMatch(/^- and \d+ more warnings$/m);
  expect(text).toMatch(/^\| and \d+ more \| {2}\| {2}\| {2}\|$/m);
  expect(text).toMatch(/^-- and \d+ more, for which there is no room here$/m);
  for (const limit of [300, 1000, 5000, 20_000])
    expect(planMarkdown(built, limit).length).toBeLessThanOrEqual(limit);
});

test("costs, what is kept, whom it is for", () => {
  const steps = [
    step("a", { kept: ["owner", "2 grants"], component: null }),
    step("b", { kind: "rebind", component: "@tenant=acme/views/b.sql" }),
    step("a", { kind: "drop", auxiliary: true }),
  ];
  const relation = { kind: "table", schema: "public", name: "t" } as const;
  const built = page({ steps, costs: [{ relation, kind: "rewrite", rows: 1200, bytes: 5_000_000 }] });
  const text = planMarkdown(
    { ...built, parts: built.parts.map((part) => ({ ...part, scope: "tenant=acme" })) },
    9e4,
  );
  expect(text).toContain("| <code>table public.t</code> | rewrite | about 1,200 | 4.8 MB |");
  expect(text).toContain(
    "| recreate | <code>view public.a</code> | because<br>kept: owner, 2 grants | unmanaged | tenant acme |",
  );
  expect(text).toContain(
    "| rebind | <code>view public.b</code> | because | <code>&#64;tenant/views/b.sql</code> | tenant acme |",
  );
});
