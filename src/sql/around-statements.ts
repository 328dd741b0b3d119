/** Reads the statements of --around: what each changes that dependents hold on to. */
import type { AlterTableStmt, DropStmt, Node, RangeVar } from "@pgsql/types";
import type { AroundOrigin, AroundStatement, AroundTarget } from "../../graph/around.ts";
import { MigratorError } from "../../graph/diagnostic.ts";
import { namePair, nameParts } from "../../graph/syntax/syntax-tree.ts";
import { nameSpan } from "./lexer.ts";
import { parseSql } from "./parser.ts";
import { lineAndColumn } from "./position.ts";
import { syntaxFix } from "./syntax-fix.ts";

/** For statements of the command line. */
const given: AroundOrigin = { label: "--around", place: null, meant: false };

/** `loadParser` must have been awaited. Mistakes are a MigratorError at their place in `file`, or in the option's text. */
export function readAround(
  text: string,
  file: string | null,
  origin: AroundOrigin = given,
): readonly AroundStatement[] {
  const outcome = parseSql(text);
  const place = (offset: number) => ({ ...(file === null ? {} : { file }), ...lineAndColumn(text, offset) });
  if (outcome.kind === "refused") {
    const { message, offset } = outcome;
    throw new MigratorError([
      {
        code: "syntax-error",
        message: `--around: ${message}`,
        ...place(offset),
        fix: syntaxFix(message),
      },
    ]);
  }
  return outcome.statements.map(({ node, start, end }) => {
    const sql = text.slice(start, end);
    if (!("TransactionStmt" in node) && !("CopyStmt" in node))
      return { ...readStatement(node, sql, start, text, outcome.toOffset), origin, sent: null };
    throw new MigratorError([
      {
        code: "misplaced-statement",
        message: "--around: the statement cannot run inside the plan's transaction",
        ...place(start),
        fix: "leave it out: the whole plan is one transaction",
      },
    ]);
  });
}

function readStatement(
  node: Node,
  sql: string,
  start: number,
  text: string,
  toOffset: (byte: number) => number,
): Omit<AroundStatement, "origin" | "sent"> {
  if ("AlterTableStmt" in node) {
    const { AlterTableStmt: alter } = node;
    const { relation } = alter;
    const from = relation?.location === undefined ? null : toOffset(relation.location);
    const span = from === null ? null : nameSpan(text, from, text.length);
    const rewrites = commandsOf(alter).some(({ subtype }) => rewriting.has(subtype ?? ""));
    const onTable =
      span === null || !rewrites
        ? null
        : { before: sql.slice(0, span.start - start), after: sql.slice(span.end - start) };
    return { sql, targets: alterTargets(alter), onTable };
  }
  if ("RenameStmt" in node && node.RenameStmt.relation !== undefined)
    return { sql, targets: [relationTarget(node.RenameStmt.relation, [], false)], onTable: null };
  if ("DropStmt" in node) return { sql, targets: dropTargets(node.DropStmt), onTable: null };
  return { sql, targets: [], onTable: null };
}

/** Commands of ALTER TABLE that can write the table anew; whether one does is PostgreSQL's to say. */
const rewriting: ReadonlySet<string> = new Set([
  "AT_AlterColumnType",
  "AT_AddColumn",
  "AT_SetExpression",
  "AT_SetLogged",
  "AT_SetUnLogged",
  "AT_SetAccessMethod",
  "AT_SetTableSpace",
]);

function commandsOf(alter: AlterTableStmt) {
  return (alter.cmds ?? []).flatMap((cmd) => ("AlterTableCmd" in cmd ? [cmd.AlterTableCmd] : []));
}

function alterTargets(alter: AlterTableStmt): readonly AroundTarget[] {
  const { relation } = alter;
  if (relation === undefined) return [];
  const commands = commandsOf(alter);
  const columns = commands
    .filter(({ subtype }) => subtype === "AT_AlterColumnType" || subtype === "AT_DropColumn")
    .flatMap(({ name }) => name ?? []);
  const constraints = commands
    .filter(({ subtype }) => subtype === "AT_DropConstraint")
    .flatMap(({ name }) => name ?? []);
  const schema = relation.schemaname ?? null;
  return [
    relationTarget(
      relation,
      columns,
      commands.some(({ subtype }) => subtype === "AT_AlterColumnType"),
    ),
    ...constraints.map((name) => ({
      kind: "constraint" as const,
      schema,
      relation: relation.relname ?? "",
      name,
    })),
  ];
}

function dropTargets(drop: DropStmt): readonly AroundTarget[] {
  return (drop.objects ?? []).flatMap((object): readonly AroundTarget[] => {
    switch (drop.removeType) {
      case "OBJECT_TABLE":
      case "OBJECT_FOREIGN_TABLE": {
        const pair = "List" in object ? namePair(nameParts(object.List.items)) : null;
        return pair === null ? [] : [{ kind: "relation", ...pair, columns: null, retyped: false }];
      }
      case "OBJECT_TYPE":
      case "OBJECT_DOMAIN": {
        const pair = "TypeName" in object ? namePair(nameParts(object.TypeName.names)) : null;
        return pair === null ? [] : [{ kind: "type", ...pair }];
      }
      default:
        return [];
    }
  });
}

function relationTarget(relation: RangeVar, columns: readonly string[], retyped: boolean): AroundTarget {
  const { schemaname, relname } = relation;
  return { kind: "relation", schema: schemaname ?? null, name: relname ?? "", columns, retyped };
}
