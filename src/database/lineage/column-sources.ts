/**
 * Where each column of a view comes from, read out of the query tree that PostgreSQL itself resolved and keeps in
 * pg_rewrite.ev_action. The meaning of the fields: src/include/nodes/parsenodes.h and primnodes.h.
 */
import { isList, isNode, parseNodeTree, type TreeNode, type TreeValue } from "./node-tree.ts";

/** A column of a relation by oid and number, or with number 0 the result of a function. */
export interface Source {
  readonly of: "relation" | "function";
  readonly oid: number;
  readonly number: number;
}

export interface OutputColumn {
  /** The column's number, from 1. */
  readonly number: number;
  /** What it hands on as it is; null where it computes something. */
  readonly copied: Source | null;
  /** Everything that goes into its value. */
  readonly sources: readonly Source[];
}

/** `evAction` is the text of pg_rewrite.ev_action of a view's rule `_RETURN`. */
export function columnSources(evAction: string): readonly OutputColumn[] {
  const [query] = listOf(parseNodeTree(evAction)).filter(isNode);
  if (query === undefined) return [];
  const scope: Scope = { query, parent: null };
  const memory: Memory = new Map();
  return targets(query).map((target) => {
    const number = numberOf(target, "resno");
    const { copied, all } = outputOf(scope, number, memory);
    return { number, copied, sources: [...all.values()] };
  });
}

/** A query and the ones around it. */
interface Scope {
  readonly query: TreeNode;
  readonly parent: Scope | null;
}

interface Origin {
  readonly copied: Source | null;
  readonly all: ReadonlyMap<string, Source>;
}

/** What is known of each output of each query. An output that asks for itself (a recursive query) finds `nothing`. */
type Memory = Map<TreeNode, Map<number, Origin>>;

const nothing: Origin = { copied: null, all: new Map() };

/** RTEKind, without what holds no columns. */
const rteKinds = {
  relation: "0",
  subquery: "1",
  join: "2",
  function: "3",
  cte: "6",
  /** From PostgreSQL 18 on: the expressions of GROUP BY. */
  group: "9",
} as const;

function outputOf(scope: Scope, number: number, memory: Memory): Origin {
  const known = memory.get(scope.query) ?? new Map<number, Origin>();
  memory.set(scope.query, known);
  const before = known.get(number);
  if (before !== undefined) return before;
  known.set(number, nothing);
  const origin = isNode(scope.query.fields.get("setOperations"))
    ? ofSetOperation(scope, number, memory)
    : ofTarget(scope, number, memory);
  known.set(number, origin);
  return origin;
}

function ofTarget(scope: Scope, number: number, memory: Memory): Origin {
  const target = targets(scope.query).find((one) => numberOf(one, "resno") === number);
  return target === undefined ? nothing : originOf(scope, target.fields.get("expr") ?? null, memory);
}

/** The arms are the entries of its range table. Its columns have a type of their own, common to all arms. */
function ofSetOperation(scope: Scope, number: number, memory: Memory): Origin {
  const arms = listOf(scope.query.fields.get("rtable")).flatMap((entry) => {
    const arm = isNode(entry) ? entry.fields.get("subquery") : null;
    return isNode(arm) ? [outputOf({ query: arm, parent: scope }, number, memory)] : [];
  });
  return computed(arms);
}

function originOf(scope: Scope, expression: TreeValue, memory: Memory): Origin {
  if (!isNode(expression)) return nothing;
  if (expression.tag === "VAR") return ofVariable(scope, expression, memory);
  const inner = computed(partsOf(scope, expression, memory));
  if (expression.tag !== "FUNCEXPR") return inner;
  const called = functionSource(numberOf(expression, "funcid"));
  return { copied: called, all: inner.all };
}

/** The origins of all that an expression holds. */
function partsOf(scope: Scope, value: TreeValue | undefined, memory: Memory): readonly Origin[] {
  if (isList(value)) return value.flatMap((one) => partsOf(scope, one, memory));
  if (!isNode(value)) return [];
  if (value.tag === "VAR") return [ofVariable(scope, value, memory)];
  if (value.tag === "QUERY") {
    const inner: Scope = { query: value, parent: scope };
    return targets(value).map((target) => outputOf(inner, numberOf(target, "resno"), memory));
  }
  const own = ["funcid", "opfuncid", "aggfnoid", "winfnoid"].flatMap((field) => {
    const oid = numberOf(value, field);
    return oid > 0 ? [functionOrigin(oid)] : [];
  });
  return [...own, ...[...value.fields.values()].flatMap((field) => partsOf(scope, field, memory))];
}

function ofVariable(scope: Scope, variable: TreeNode, memory: Memory): Origin {
  const at = outwards(scope, numberOf(variable, "varlevelsup"));
  const entry = listOf(at?.query.fields.get("rtable"))[numberOf(variable, "varno") - 1];
  if (at === null || !isNode(entry)) return nothing;
  const number = numberOf(variable, "varattno");
  switch (entry.fields.get("rtekind")) {
    case rteKinds.relation: {
      const source: Source = { of: "relation", oid: numberOf(entry, "relid"), number };
      // The whole row, or a system column: not one of the columns.
      return number <= 0 ? nothing : { copied: source, all: new Map([[keyOf(source), source]]) };
    }
    case rteKinds.subquery: {
      const query = entry.fields.get("subquery");
      return isNode(query) ? outputOf({ query, parent: at }, number, memory) : nothing;
    }
    case rteKinds.join:
      return originOf(at, listOf(entry.fields.get("joinaliasvars"))[number - 1] ?? null, memory);
    case rteKinds.group:
      return originOf(at, listOf(entry.fields.get("groupexprs"))[number - 1] ?? null, memory);
    case rteKinds.cte:
      return ofCommonTable(at, entry, number, memory);
    case rteKinds.function:
      return computed(partsOf(at, entry.fields.get("functions"), memory));
    default:
      return computed(partsOf(at, entry.fields.get("values_lists"), memory));
  }
}

function ofCommonTable(scope: Scope, entry: TreeNode, number: number, memory: Memory): Origin {
  const at = outwards(scope, numberOf(entry, "ctelevelsup"));
  const name = entry.fields.get("ctename");
  const found = listOf(at?.query.fields.get("cteList")).find(
    (one) => isNode(one) && one.fields.get("ctename") === name,
  );
  const query = isNode(found) ? found.fields.get("ctequery") : null;
  return at !== null && isNode(query) ? outputOf({ query, parent: at }, number, memory) : nothing;
}

function outwards(scope: Scope, levels: number): Scope | null {
  let at: Scope | null = scope;
  for (let level = 0; level < levels; level++) at = at?.parent ?? null;
  return at;
}

function computed(parts: readonly Origin[]): Origin {
  const all = new Map<string, Source>();
  for (const part of parts) {
    for (const [key, source] of part.all) all.set(key, source);
    if (part.copied !== null) all.set(keyOf(part.copied), part.copied);
  }
  return { copied: null, all };
}

/** Objects of PostgreSQL's own have smaller oids (FirstNormalObjectId). */
function functionOrigin(oid: number): Origin {
  const source = functionSource(oid);
  return source === null ? nothing : { copied: null, all: new Map([[keyOf(source), source]]) };
}

function functionSource(oid: number): Source | null {
  return oid < 16384 ? null : { of: "function", oid, number: 0 };
}

function targets(query: TreeNode): readonly TreeNode[] {
  return listOf(query.fields.get("targetList"))
    .filter(isNode)
    .filter((target) => target.fields.get("resjunk") !== "true");
}

function listOf(value: TreeValue | undefined): readonly TreeValue[] {
  return isList(value) ? value : [];
}

function numberOf(node: TreeNode, field: string): number {
  const value = node.fields.get(field);
  return typeof value === "string" ? Number(value) : 0;
}

function keyOf(source: Source): string {
  return `${source.of} ${source.oid} ${source.number}`;
}
