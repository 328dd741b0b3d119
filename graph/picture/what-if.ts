/** What somebody may ask the page: this object, changed in this way. */
import { unreachable } from "../diagnostic.ts";
import type { PageNode } from "./page-data.ts";

export type Change =
  /** Another query, body or definition, with the same columns and signature. */
  | { readonly kind: "definition" }
  /** One more column, behind the others. */
  | { readonly kind: "append" }
  | { readonly kind: "rename" | "remove" | "retype"; readonly column: number }
  /** A routine's argument gets another name, or loses its default. Its types stay: they are what tells it from others. */
  | { readonly kind: "arguments" }
  /** An argument gets another type: that makes another routine, which takes the place of this one. */
  | { readonly kind: "argument-type" }
  | { readonly kind: "result" };

export type ChangeKind = Change["kind"];

/** From the mildest on. `altered`: a table, by whoever changes it. `edited`: its file must be changed first. */
export type Fate =
  | "untouched"
  | "altered"
  | "rebound"
  | "replaced"
  | "renamed"
  | "recreated"
  | "edited"
  | "refused";

/** What becomes of one object. */
export interface Effect {
  /** Its place in the page's nodes. */
  readonly node: number;
  readonly fate: Fate;
  /** What it may come to instead, where that is for PostgreSQL to say; null where `fate` is certain. */
  readonly perhaps: Fate | null;
  /** For a person. */
  readonly why: string;
}

/** The changes that can be asked about, in the order to offer them; none for what no file declares. */
export function changeKinds(node: PageNode): readonly ChangeKind[] {
  if (node.extension !== null) return [];
  const columns: readonly ChangeKind[] = ["append", "rename", ...removal(node), "retype"];
  if (node.kind === "table") return node.columns.length === 0 ? [] : columns;
  if (node.component === null) return [];
  switch (node.kind) {
    case "view":
    case "materialized view":
      return node.columns.length === 0 ? ["definition"] : ["definition", ...columns];
    case "function":
    case "procedure":
    case "aggregate":
      return ["definition", ...signature(node)];
    default:
      return ["definition"];
  }
}

function removal({ columns }: PageNode): readonly ChangeKind[] {
  return columns.length > 1 ? ["remove"] : [];
}

/** A trigger's function has no arguments and always the same result. */
function signature(node: PageNode): readonly ChangeKind[] {
  if (node.returns === "trigger" || node.returns === "event_trigger") return [];
  const named: readonly ChangeKind[] = node.label.endsWith("()") ? [] : ["arguments", "argument-type"];
  return node.kind === "procedure" ? named : [...named, "result"];
}

/** What becomes of the changed object itself. */
export function fateOfChanged(node: PageNode, change: Change): Fate {
  if (node.kind === "table") return "altered";
  switch (change.kind) {
    case "definition":
    case "append":
      return node.replaceable ? "replaced" : "recreated";
    case "rename":
      return "renamed";
    case "remove":
    case "retype":
    case "arguments":
    case "argument-type":
    case "result":
      return "recreated";
    default:
      return unreachable(change, "change");
  }
}
