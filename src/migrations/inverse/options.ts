/** Options in brackets: storage parameters (SET, RESET) and those of foreign data (OPTIONS). */
import type { DefElem } from "@pgsql/types";
import { quoteIdentifier, quoteLiteral } from "../../../graph/quote.ts";
import { type Answer, askBefore, nothing, undo } from "./answer.ts";

/** `{a=1,b=x}` as the catalog holds it. */
function readOptions(value: unknown): ReadonlyMap<string, string> {
  const options = new Map<string, string>();
  for (const item of Array.isArray(value) ? value : []) {
    const text = String(item);
    const at = text.indexOf("=");
    options.set(text.slice(0, at), text.slice(at + 1));
  }
  return options;
}

/** `before` selects the column `options`, and `toast` where options of the TOAST table can be among them. */
export function settingsBack(alter: string, elements: readonly DefElem[], before: string): Answer {
  return askBefore(before, ([row]) => {
    const own = readOptions(row?.options);
    const toast = readOptions(row?.toast);
    const set: string[] = [];
    const reset: string[] = [];
    for (const { defnamespace, defname = "" } of elements) {
      const name =
        defnamespace === undefined
          ? quoteIdentifier(defname)
          : `${quoteIdentifier(defnamespace)}.${quoteIdentifier(defname)}`;
      const value = (defnamespace === "toast" ? toast : own).get(defname);
      if (value === undefined) reset.push(name);
      else set.push(`${name} = ${quoteLiteral(value)}`);
    }
    return undo(
      ...(reset.length > 0 ? [`${alter} RESET (${reset.join(", ")})`] : []),
      ...(set.length > 0 ? [`${alter} SET (${set.join(", ")})`] : []),
    );
  });
}

/** https://www.postgresql.org/docs/18/sql-alterserver.html: ADD, SET and DROP. */
export function optionsBack(alter: string, elements: readonly DefElem[], before: string): Answer {
  if (elements.length === 0) return nothing;
  return askBefore(before, ([row]) => {
    const old = readOptions(row?.options);
    const actions = elements.flatMap(({ defname = "", defaction }) => {
      const name = quoteIdentifier(defname);
      const value = old.get(defname);
      if (value === undefined) return defaction === "DEFELEM_DROP" ? [] : [`DROP ${name}`];
      return [`${defaction === "DEFELEM_DROP" ? "ADD" : "SET"} ${name} ${quoteLiteral(value)}`];
    });
    return undo(`${alter} OPTIONS (${actions.join(", ")})`);
  });
}
