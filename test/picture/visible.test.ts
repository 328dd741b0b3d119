/** Which part of a graph is to be seen. */
import { expect, test } from "vitest";
import { visiblePart, type Wanted } from "../../graph/picture/visible.ts";
import { pageData, pageEdge, pageNode } from "./page-data.ts";

const data = pageData(
  [
    pageNode("t", { kind: "table", schema: "app" }),
    pageNode("a", { schema: "app", component: "app/views/a.sql" }),
    pageNode("b", { schema: "app", component: "app/views/b.sql" }),
    pageNode("c", { schema: "report", component: "report/c.sql" }),
    pageNode("d", { schema: "report", component: "d.sql" }),
  ],
  [
    pageEdge(1, 0),
    pageEdge(2, 1, { soft: true }),
    pageEdge(3, 1),
    pageEdge(3, 2, { soft: true }),
    pageEdge(4, 3),
  ],
);
const all: Wanted = { focus: null, grouping: "none", open: new Set() };

function names(wanted: Partial<Wanted>): readonly string[] {
  const { items } = visiblePart(data, { ...all, ...wanted });
  return items.map(({ node, group }) => (node === null ? group : (data.nodes[node]?.name ?? "")));
}

test("around one object, both ways, as far as asked", () => {
  expect(names({ focus: { node: 2, depth: 1 } })).toEqual(["a", "b", "c"]);
  expect(names({ focus: { node: 2, depth: 2 } })).toEqual(["t", "a", "b", "c", "d"]);
  // Neighbours of what it shares are not around it.
  expect(names({ focus: { node: 0, depth: 1 } })).toEqual(["t", "a"]);
});

test("schemas and folders collapse, and open again", () => {
  expect(names({ grouping: "schema" })).toEqual(["app", "report"]);
  expect(names({ grouping: "schema", open: new Set(["report"]) })).toEqual(["app", "c", "d"]);
  expect(names({ grouping: "folder" })).toEqual(["no file", "app/views/", "report/", "./"]);
  expect(names({ grouping: "schema", focus: { node: 3, depth: 1 } })).toEqual(["app", "c", "report"]);
});

test("edges between groups are joined; one hard edge makes the line hard", () => {
  const { links } = visiblePart(data, { ...all, grouping: "schema" });
  expect(links).toEqual([{ from: 1, to: 0, soft: false }]);
  const folders = visiblePart(data, { ...all, grouping: "folder", open: new Set(["app/views/"]) });
  expect(folders.links).toContainEqual({ from: 2, to: 1, soft: true });
});

test("values of matrices collapse; what is shared stays as it is", () => {
  const scoped = pageData(
    [
      pageNode("kinds", { kind: "table" }),
      pageNode("t", { kind: "table", schema: "acme", scope: "tenant=acme" }),
      pageNode("v", { schema: "acme", scope: "tenant=acme" }),
      pageNode("v", { schema: "beta", scope: "tenant=beta" }),
    ],
    [pageEdge(1, 0), pageEdge(2, 1), pageEdge(3, 0)],
  );
  const { items, links } = visiblePart(scoped, { ...all, grouping: "scope" });
  expect(items.map(({ group, members }) => [group, members])).toEqual([
    ["", [0]],
    ["tenant acme", [1, 2]],
    ["tenant beta", [3]],
  ]);
  expect(links.map(({ from, to }) => [from, to])).toEqual([
    [1, 0],
    [2, 0],
  ]);
  const open = visiblePart(scoped, { ...all, grouping: "scope", open: new Set(["tenant acme"]) });
  expect(open.items.map(({ group }) => group)).toEqual(["", "", "", "tenant beta"]);
});
