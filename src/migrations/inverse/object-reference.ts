/** An object that a statement names: its name as it stands in statements, and how the catalog finds it. */
import type { Node, ObjectType } from "@pgsql/types";
import { quoteIdentifier, quoteLiteral } from "../../../graph/quote.ts";
import { nameParts } from "../../../graph/syntax/syntax-tree.ts";
import {
  argumentTexts,
  dotted,
  operatorText,
  regclass,
  relationParts,
  textArray,
  typeText,
} from "./names.ts";
import { objectClass } from "./object-class.ts";

export interface ObjectReference {
  readonly type: ObjectType;
  /** Behind ALTER and DROP: `FUNCTION`. */
  readonly noun: string;
  /** As in the tree; of a child first its relation's, of an operator class first its access method. */
  readonly parts: readonly string[];
  /** Of routines and operators; null where none are listed. */
  readonly arguments: readonly string[] | null;
}

/** Null where the node names nothing that has an address. */
export function objectReference(
  type: ObjectType | undefined,
  node: Node | undefined,
): ObjectReference | null {
  const known = objectClass(type);
  if (known === null || type === undefined || node === undefined) return null;
  const base = { type, noun: known.noun, arguments: null };
  if ("RangeVar" in node) return { ...base, parts: relationParts(node.RangeVar) };
  if ("String" in node) return { ...base, parts: [node.String.sval ?? ""] };
  if ("Integer" in node) return { ...base, parts: [String(node.Integer.ival ?? 0)] };
  if ("TypeName" in node) return { ...base, parts: nameParts(node.TypeName.names) };
  if ("ObjectWithArgs" in node) {
    const parts = nameParts(node.ObjectWithArgs.objname);
    return { ...base, parts, arguments: argumentTexts(node.ObjectWithArgs) };
  }
  if ("List" in node) {
    const items = node.List.items ?? [];
    return { ...base, parts: items.some((item) => "TypeName" in item) ? mixed(items) : nameParts(items) };
  }
  return null;
}

/** Casts, transforms and constraints of domains are named by types: each counts as one part, ready to print. */
function mixed(items: readonly Node[]): readonly string[] {
  return items.map((item) => {
    if ("TypeName" in item) return typeText(item.TypeName);
    return "String" in item ? (item.String.sval ?? "") : "";
  });
}

/** The name behind the noun: `public.f(integer)`, `t ON public.a`, `(integer AS text)`. */
export function referenceText({ type, parts, arguments: types }: ObjectReference): string {
  const last = quoteIdentifier(parts.at(-1) ?? "");
  const first = parts[0] ?? "";
  switch (type) {
    case "OBJECT_TRIGGER":
    case "OBJECT_RULE":
    case "OBJECT_POLICY":
    case "OBJECT_TABCONSTRAINT":
      return `${last} ON ${dotted(parts.slice(0, -1))}`;
    case "OBJECT_DOMCONSTRAINT":
      return `${last} ON DOMAIN ${first}`;
    case "OBJECT_OPCLASS":
    case "OBJECT_OPFAMILY":
      return `${dotted(parts.slice(1))} USING ${quoteIdentifier(first)}`;
    case "OBJECT_CAST":
      return `(${first} AS ${parts[1] ?? ""})`;
    case "OBJECT_TRANSFORM":
      return `FOR ${first} LANGUAGE ${last}`;
    case "OBJECT_OPERATOR":
      return `${operatorText(parts)} (${(types ?? []).join(", ")})`;
    case "OBJECT_AGGREGATE":
      return `${dotted(parts)}(${types?.length === 0 ? "*" : (types ?? []).join(", ")})`;
    case "OBJECT_FUNCTION":
    case "OBJECT_PROCEDURE":
    case "OBJECT_ROUTINE":
      return types === null ? dotted(parts) : `${dotted(parts)}(${types.join(", ")})`;
    case "OBJECT_LARGEOBJECT":
      return first;
    default:
      return dotted(parts);
  }
}

/** A row of classid, objid and objsubid, to stand in FROM. An error where there is no such object. */
export function addressOf(reference: ObjectReference): string {
  const { type, parts, arguments: types } = reference;
  const address = objectClass(type)?.address ?? null;
  if (address === null) {
    return `(SELECT 'pg_catalog.pg_class'::pg_catalog.regclass::pg_catalog.oid AS classid, ${regclass(dotted(parts))}::pg_catalog.oid AS objid, 0 AS objsubid)`;
  }
  // By name alone, which pg_get_object_address does not do.
  if (types === null && /FUNCTION|PROCEDURE|ROUTINE/.test(type)) {
    return `(SELECT 'pg_catalog.pg_proc'::pg_catalog.regclass::pg_catalog.oid AS classid, ${quoteLiteral(dotted(parts))}::pg_catalog.regproc::pg_catalog.oid AS objid, 0 AS objsubid)`;
  }
  const [names, rest] = addressNames(reference);
  return `pg_catalog.pg_get_object_address('${address}', ${textArray(names)}, ${textArray(rest)})`;
}

function addressNames({
  type,
  parts,
  arguments: types,
}: ObjectReference): readonly [readonly string[], readonly string[]] {
  switch (type) {
    case "OBJECT_TYPE":
    case "OBJECT_DOMAIN":
      return [[dotted(parts)], []];
    case "OBJECT_CAST":
    case "OBJECT_TRANSFORM":
    case "OBJECT_DOMCONSTRAINT":
      return [parts.slice(0, 1), parts.slice(1)];
    case "OBJECT_OPERATOR":
      return [parts, (types ?? []).map((text) => (text === "NONE" ? "-" : text))];
    default:
      return [parts, types ?? []];
  }
}
