/** Nodes of PostgreSQL's tree by their tags. */
import type { DefElem, Node } from "@pgsql/types";

type TagsOf<N> = N extends unknown ? keyof N : never;
export type Tag = TagsOf<Node>;
export type Body<T extends Tag> = Extract<Node, Readonly<Record<T, unknown>>>[T];

export function tagOf(node: Node): string {
  return Object.keys(node)[0] ?? "";
}

/** The definitions or options of a list. */
export function elementsOf(nodes: readonly Node[] | undefined): readonly DefElem[] {
  return (nodes ?? []).flatMap((node) => ("DefElem" in node ? [node.DefElem] : []));
}

/** Those of an action of ALTER TABLE. */
export function elementsOfList(node: Node | undefined): readonly DefElem[] {
  return node !== undefined && "List" in node ? elementsOf(node.List.items) : [];
}

export function element(nodes: readonly Node[] | undefined, name: string): DefElem | undefined {
  return elementsOf(nodes).find(({ defname }) => defname === name);
}
