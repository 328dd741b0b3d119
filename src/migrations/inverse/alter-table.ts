/** ALTER TABLE and its like: one table of actions, and the order in which PostgreSQL carries them out. */
import type { AlterTableCmd, AlterTableStmt } from "@pgsql/types";
import { quoteLiteral } from "../../../graph/quote.ts";
import { columnRules } from "./alter-column.ts";
import { constraintRules } from "./alter-constraint.ts";
import { relationRules } from "./alter-relation.ts";
import { type Answer, askBefore, inReverse, none, nothing } from "./answer.ts";
import { dotted, relationParts } from "./names.ts";
import { objectClass } from "./object-class.ts";

export function undoAlterTable(statement: AlterTableStmt): Answer {
  const { relation, cmds = [], objtype = "OBJECT_TABLE", missing_ok } = statement;
  const commands = cmds.flatMap((node) => ("AlterTableCmd" in node ? [node.AlterTableCmd] : []));
  const parts = relationParts(relation ?? {});
  const name = dotted(parts);
  const only = relation?.inh === true || objtype === "OBJECT_TYPE" ? "" : "ONLY ";
  const alter = `ALTER ${objectClass(objtype)?.noun ?? "TABLE"} ${only}${name}`;
  const rules = { ...columnRules, ...constraintRules, ...relationRules };
  const answer = inReverse(
    inPasses(commands).map((command) => {
      const rule = rules[command.subtype ?? "AT_DropOids"];
      return rule === undefined
        ? none(`${command.subtype ?? "an action"} of ${alter}`)
        : rule({ type: objtype, parts, name, alter, command, commands });
    }),
  );
  if (missing_ok !== true) return answer;
  return askBefore(`SELECT pg_catalog.to_regclass(${quoteLiteral(name)}) IS NOT NULL AS there`, ([row]) =>
    row?.there === true ? answer : nothing,
  );
}

/** What goes first whatever the order in the statement: AT_PASS_… in PostgreSQL's tablecmds.c. */
function inPasses(commands: readonly AlterTableCmd[]): readonly AlterTableCmd[] {
  return commands
    .map((command, index) => ({ command, index }))
    .sort((a, b) => pass(a.command) - pass(b.command) || a.index - b.index)
    .map(({ command }) => command);
}

function pass({ subtype, def }: AlterTableCmd): number {
  switch (subtype) {
    case "AT_DropColumn":
    case "AT_DropConstraint":
    case "AT_DropNotNull":
    case "AT_DropExpression":
    case "AT_DropIdentity":
      return 0;
    case "AT_AlterColumnType":
      return 1;
    case "AT_AddColumn":
      return 2;
    case "AT_SetNotNull":
    case "AT_SetExpression":
    case "AT_AddIdentity":
    case "AT_SetIdentity":
      return 3;
    case "AT_ColumnDefault":
      return def === undefined ? 0 : 4;
    case "AT_AddConstraint":
      return 5;
    default:
      return 6;
  }
}
