/** What a change does to others, rule by rule; that the rules are the planner's is shown by impact-agrees.test.ts. */
import { describe, expect, test } from "vitest";
import { impactOf } from "../../graph/picture/impact.ts";
import type { PageData } from "../../graph/picture/page-data.ts";
import { type Change, changeKinds } from "../../graph/picture/what-if.ts";
import { pageData, pageEdge, pageNode } from "./page-data.ts";

/** By name: the fate, with what it may come to behind a bar. */
function told(data: PageData, change: Change, of = 0, mentions?: (node: number, word: string) => boolean) {
  return Object.fromEntries(
    impactOf(data, of, change, mentions).map(({ node, fate, perhaps }) => [
      data.nodes[node]?.name,
      perhaps === null ? fate : `${fate} | ${perhaps}`,
    ]),
  );
}

const copies = [{ column: 0, source: 0, sourceColumn: 0, copied: true }];
const computes = [{ column: 0, source: 0, sourceColumn: 0, copied: false }];

describe("a view", () => {
  const base = pageNode("base");

  test("with another query or one more column is replaced, and nothing else", () => {
    const data = pageData([base, pageNode("reader")], [pageEdge(1, 0)]);
    expect(told(data, { kind: "definition" })).toEqual({ base: "replaced" });
    expect(told(data, { kind: "append" })).toEqual({ base: "replaced" });
  });

  test("with another type is made anew: the type goes as far as it is handed on", () => {
    const data = pageData(
      [
        base,
        pageNode("copies", { lineage: copies }),
        pageNode("computes", { lineage: computes }),
        pageNode("filters"),
        pageNode("behind_copies", { lineage: [{ column: 1, source: 1, sourceColumn: 0, copied: true }] }),
        pageNode("behind_filters"),
      ],
      [pageEdge(1, 0), pageEdge(2, 0), pageEdge(3, 0), pageEdge(4, 1), pageEdge(5, 3)],
    );
    expect(told(data, { kind: "retype", column: 0 })).toEqual({
      base: "recreated",
      copies: "recreated",
      computes: "rebound | recreated",
      filters: "rebound",
      behind_copies: "recreated",
    });
  });

  test("whose column goes waits for the files that name it; strangers stop it", () => {
    const data = pageData(
      [base, pageNode("names_it"), pageNode("names_b"), pageNode("stranger", { component: null })],
      [pageEdge(1, 0), pageEdge(2, 0, { columns: [1] }), pageEdge(3, 0)],
    );
    expect(told(data, { kind: "remove", column: 0 })).toEqual({
      base: "recreated",
      names_it: "edited",
      names_b: "rebound",
      stranger: "refused",
    });
    expect(told(data, { kind: "rename", column: 0 })).toEqual({ base: "renamed", names_it: "edited" });
  });

  test("grows under what takes all columns, and not under a * over something else", () => {
    const data = pageData(
      [base, pageNode("takes_all", { star: true }), pageNode("takes_one", { star: true })],
      [pageEdge(1, 0, { columns: [0, 1] }), pageEdge(2, 0)],
    );
    expect(told(data, { kind: "append" })).toEqual({ base: "replaced", takes_all: "untouched | recreated" });
  });

  test("takes what stands on it along, and functions over its rows", () => {
    const data = pageData(
      [
        base,
        pageNode("rule", { kind: "rule", on: 0 }),
        pageNode("over_rows", { kind: "function", columns: [] }),
        pageNode("atomic", { kind: "function", columns: [] }),
        pageNode("by_extension", { component: null, extension: "ext" }),
      ],
      [pageEdge(1, 0), pageEdge(2, 0, { rows: true }), pageEdge(3, 0), pageEdge(4, 0)],
    );
    expect(told(data, { kind: "remove", column: 1 })).toEqual({
      base: "recreated",
      rule: "recreated",
      over_rows: "recreated | edited",
      atomic: "rebound",
      by_extension: "refused",
    });
  });

  test("is named in bodies of which nobody knows more than the words", () => {
    const body = pageNode("body", { kind: "function", columns: [] });
    const data = pageData([base, body], [pageEdge(1, 0, { soft: true, columns: null })]);
    const change = { kind: "rename", column: 0 } as const;
    expect(told(data, change)).toEqual({ base: "renamed", body: "untouched | edited" });
    expect(told(data, change, 0, (node, word) => node !== 1 || word !== "a")).toEqual({ base: "renamed" });
    expect(told(data, { kind: "retype", column: 0 })).toEqual({ base: "recreated" });
  });
});

test("a materialized view is always made anew, and what reads it is bound to the new one", () => {
  const data = pageData(
    [pageNode("filled", { kind: "materialized view" }), pageNode("reader")],
    [pageEdge(1, 0)],
  );
  expect(told(data, { kind: "definition" })).toEqual({ filled: "recreated", reader: "rebound" });
});

test("a function with another result changes the types of what is computed with it", () => {
  const data = pageData(
    [
      pageNode("f", { kind: "function", columns: [], label: "function public.f(integer)" }),
      pageNode("shows", { lineage: [{ column: 0, source: 0, sourceColumn: -1, copied: true }] }),
      pageNode("filters"),
      pageNode("fires", { kind: "trigger", on: 4, replaceable: false }),
      pageNode("t", { kind: "table" }),
    ],
    [pageEdge(1, 0), pageEdge(2, 0), pageEdge(3, 0), pageEdge(3, 4), pageEdge(4, 0)],
  );
  expect(told(data, { kind: "result" })).toEqual({
    f: "recreated",
    shows: "recreated",
    filters: "rebound",
    fires: "recreated",
    t: "rebound",
  });
  expect(told(data, { kind: "arguments" })).toMatchObject({ shows: "rebound" });
  expect(told(data, { kind: "definition" })).toEqual({ f: "replaced" });
});

test("a routine with another type of an argument gives its place to another: calls are bound to that, or to an overload", () => {
  const f = pageNode("f", { kind: "function", columns: [], label: "function public.f(integer)" });
  const shows = pageNode("shows", {
    lineage: [{ column: 0, source: 0, sourceColumn: -1, copied: true }],
  });
  const guard = pageNode("guard", { kind: "policy", on: 3 });
  const data = pageData(
    [f, shows, guard, pageNode("t", { kind: "table" })],
    [pageEdge(1, 0), pageEdge(2, 0)],
  );
  const change = { kind: "argument-type" } as const;
  expect(told(data, change)).toEqual({ f: "recreated", shows: "rebound", guard: "rebound" });
  const overloaded = pageData([...data.nodes, { ...f, key: "f(text)" }], data.edges);
  expect(told(overloaded, change)).toMatchObject({ f: "recreated", shows: "rebound | recreated" });
});

test("a table stays what it is: only what uses the column is taken away and bound again", () => {
  const data = pageData(
    [
      pageNode("t", { kind: "table" }),
      pageNode("copies", { lineage: copies }),
      pageNode("other", { lineage: [] }),
      pageNode("guard", { kind: "policy", on: 0 }),
    ],
    [pageEdge(1, 0), pageEdge(2, 0, { columns: [1] }), pageEdge(3, 0)],
  );
  expect(told(data, { kind: "retype", column: 0 })).toEqual({
    t: "altered",
    copies: "recreated",
    guard: "rebound",
  });
  expect(told(data, { kind: "append" })).toEqual({ t: "altered" });
});

test("rows of a table that a function hands on have its columns' types, and its body may name them", () => {
  const data = pageData(
    [
      pageNode("t", { kind: "table" }),
      pageNode("f", { kind: "function", columns: [] }),
      pageNode("reads_f", { lineage: [{ column: 0, source: 1, sourceColumn: -1, copied: false }] }),
    ],
    [pageEdge(1, 0, { columns: null, rows: true }), pageEdge(2, 1, { columns: null }), pageEdge(2, 0)],
  );
  expect(told(data, { kind: "retype", column: 0 })).toEqual({
    t: "altered",
    reads_f: "rebound | recreated",
  });
  const mentions = (_: number, word: string) => word === "b";
  expect(told(data, { kind: "rename", column: 1 }, 0, mentions)).toMatchObject({ f: "untouched | edited" });
});

test("a circle of two ends", () => {
  const data = pageData(
    [pageNode("a"), pageNode("f", { kind: "function", columns: [] })],
    [pageEdge(1, 0, { rows: true }), pageEdge(0, 1)],
  );
  expect(told(data, { kind: "retype", column: 0 })).toEqual({ a: "recreated", f: "recreated" });
});

test("what can be asked", () => {
  expect(changeKinds(pageNode("v"))).toEqual(["definition", "append", "rename", "remove", "retype"]);
  expect(changeKinds(pageNode("t", { kind: "table" }))).not.toContain("definition");
  expect(changeKinds(pageNode("stranger", { component: null }))).toEqual([]);
  const routine = { kind: "function", columns: [], label: "function public.f(integer)" };
  expect(changeKinds(pageNode("f", routine))).toEqual(["definition", "arguments", "argument-type", "result"]);
  expect(changeKinds(pageNode("f", { ...routine, returns: "trigger" }))).toEqual(["definition"]);
});
