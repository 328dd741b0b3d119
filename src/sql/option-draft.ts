/** Options of views and storage parameters of materialized views, inside the CREATE statement or in an ALTER. */
import type { DefElem, Node } from "@pgsql/types";
import { quoteIdentifier, quoteLiteral } from "../../graph/quote.ts";
import { nameParts } from "../../graph/syntax/syntax-tree.ts";
import { type AttachmentDraft, objectFrame } from "./attachment-draft.ts";
import type { Source } from "./source.ts";

export type RelationVerb = "ALTER VIEW" | "ALTER MATERIALIZED VIEW" | "ALTER TABLE";

/** `security_barrier`, `toast.autovacuum_enabled`. */
export function optionName(element: DefElem): string {
  const name = quoteIdentifier(element.defname ?? "");
  return element.defnamespace === undefined ? name : `${quoteIdentifier(element.defnamespace)}.${name}`;
}

/** `security_barrier = true`, as it can stand in any SET (…). */
export function optionSetting(element: DefElem): string {
  return `${optionName(element)} = ${element.arg === undefined ? "true" : optionValue(element.arg)}`;
}

/** The ALTER that sets one option, the same for `WITH (…)` and for `ALTER … SET (…)`. */
export function setOptionDraft(
  element: DefElem,
  verb: RelationVerb,
  source: Source,
  inline: boolean,
): AttachmentDraft {
  const name = optionName(element);
  const setting = optionSetting(element);
  return {
    kind: "option",
    key: `option ${name}`,
    sql: objectFrame(`${verb} `, ` SET (${setting})`),
    undo: objectFrame(`${verb} `, ` RESET (${name})`),
    meaning: setting,
    offset: source.toOffset(element.location ?? 0),
    inline,
  };
}

/** The option that WITH [LOCAL | CASCADED] CHECK OPTION stands for. */
export function checkOptionElement(value: "local" | "cascaded", location: number): DefElem {
  return { defname: "check_option", arg: { String: { sval: value } }, location };
}

/** Numbers and plain words as they are, other texts as literals. */
function optionValue(value: Node): string {
  const text = valueText(value);
  return /^(?:[a-z_]+|[+-]?\d+(?:\.\d+)?)$/.test(text) ? text : quoteLiteral(text);
}

function valueText(value: Node): string {
  if ("Integer" in value) return String(value.Integer.ival ?? 0);
  if ("Float" in value) return value.Float.fval ?? "0";
  if ("Boolean" in value) return String(value.Boolean.boolval ?? false);
  if ("TypeName" in value) return nameParts(value.TypeName.names).join(".");
  if ("String" in value) return value.String.sval ?? "";
  throw new Error(`an option's value of unknown form: ${JSON.stringify(value)}`);
}
