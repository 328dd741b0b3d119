/** The values of a matrix, and how far each is along: a table, or where the terminal is too narrow for that a few lines each. */
import type { JsonValue } from "../config/json.ts";
import { shownKey } from "../tenants/shown-key.ts";
import { formatRows, type Row } from "./rows.ts";
import { formatSentence } from "./sentence.ts";
import type { Style } from "./style.ts";
import { padText, textWidth } from "./text-width.ts";
import { tookPhrases } from "./took.ts";

export interface ListedValue {
  readonly key: string;
  /** Null where it has a database of its own, and no schema is named. */
  readonly schema: string | null;
  /** What else is known of it. */
  readonly members: Readonly<Record<string, JsonValue>>;
  /**
   * `new`: nothing ran for it; `failed`: a script without transaction stopped in the middle; `drift`: its objects were changed in the
   * database.
   */
  readonly state: "current" | "pending" | "drift" | "failed" | "new" | "no schema" | "unreachable";
  /** Parts of migrations that did not run for it yet. */
  readonly lacks: number;
  /** Parts that stopped in the middle. */
  readonly failed: number;
  /** Null where it has none. */
  readonly components: "current" | "pending" | "drift" | null;
  /** Why its database could not be asked. */
  readonly problem: string | null;
}

/** `gone`: keys that the ledger knows, and the source gives no more. */
export function formatValues(
  matrix: string,
  values: readonly ListedValue[],
  gone: readonly string[],
  style: Style,
  took?: number,
): string {
  const sum = `${values.length} ${values.length === 1 ? "value" : "values"} of ${matrix}`;
  return [
    ...(formatTable(matrix, values, style) ??
      formatRows(
        values.map((one) => valueRow(one, style)),
        style,
      )),
    ...gone.map((key) =>
      formatSentence(
        [
          { text: shownKey(key), paint: style.yellow },
          { text: " is in the ledger, but no longer among the values: migrator tenant remove" },
        ],
        style,
      ),
    ),
    formatSentence([{ text: sum, paint: style.bold }, ...tookPhrases(took, style)], style),
  ].join("\n");
}

/** Null where a line would be longer than the terminal is wide. */
function formatTable(matrix: string, values: readonly ListedValue[], style: Style): readonly string[] | null {
  const names = [...new Set(values.flatMap(({ members }) => Object.keys(members)))];
  const head = [matrix, "schema", ...names, "state"];
  const rows = values.map((one) => {
    const cells = names.map((name) => cell(one.members[name]));
    return [
      shownKey(one.key),
      schemaOf(one),
      ...cells,
      [one.state, detailsOf(one)].filter(Boolean).join(": "),
    ];
  });
  const widths = head.map((_, at) => Math.max(...[head, ...rows].map((row) => textWidth(row[at] ?? ""))));
  if (widths.reduce((sum, width) => sum + width + 2, -2) > style.width) return null;
  const line = (row: readonly string[]) =>
    row
      .map((text, at) => padText(text, widths[at] ?? 0))
      .join("  ")
      .trimEnd();
  return [style.dim(line(head)), ...rows.map((row, at) => paintOf(values[at], style)(line(row)))];
}

function valueRow(value: ListedValue, style: Style): Row {
  const { key, members, state } = value;
  const { done, waiting, failed } = style.marks;
  const known = Object.entries(members).filter(([, one]) => cell(one) !== "");
  const details = [
    ...(value.schema === key ? [] : [value.schema === null ? schemaOf(value) : `schema ${schemaOf(value)}`]),
    ...known.map(([name, one]) => `${name} ${cell(one)}`),
  ];
  return {
    kind: "row",
    mark: state === "current" ? done : isWrong(value) ? failed : waiting,
    word: state,
    paint: state === "current" ? style.green : paintOf(value, style),
    name: shownKey(key),
    note: detailsOf(value),
    ...(details.length === 0 ? {} : { details: [details.join(", ")] }),
  };
}

function isWrong({ state }: ListedValue): boolean {
  return state === "failed" || state === "unreachable";
}

function paintOf(value: ListedValue | undefined, { red, yellow }: Style): (text: string) => string {
  if (value === undefined || value.state === "current") return (text) => text;
  return isWrong(value) ? red : yellow;
}

function schemaOf({ schema }: ListedValue): string {
  return schema === null ? "(its database)" : shownKey(schema);
}

function detailsOf({ state, lacks, failed, components, problem }: ListedValue): string {
  if (state === "unreachable") return (problem ?? "").split("\n")[0] ?? "";
  return [
    ...(failed > 0 ? [`${failed} stopped in the middle`] : []),
    ...(lacks - failed > 0 ? [`lacks ${lacks - failed}`] : []),
    ...(components === "pending" && state !== "new" && state !== "no schema" ? ["components changed"] : []),
    ...(components === "drift" && state !== "drift" ? ["drift"] : []),
  ].join(", ");
}

function cell(value: JsonValue | undefined): string {
  if (value === undefined || value === null) return "";
  return typeof value === "string" ? shownKey(value) : JSON.stringify(value);
}
