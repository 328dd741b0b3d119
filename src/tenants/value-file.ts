/** The values of a matrix from a file: JSON, YAML, TOML or CSV, by the end of its name. */
import { createRequire } from "node:module";
import { resolve } from "node:path";
import { MigratorError } from "../../graph/diagnostic.ts";
import { JsonError } from "../config/json.ts";
import { readText } from "../config/read-text.ts";
import { parseData } from "../config/variable-file.ts";
import { readProjectFile } from "../project/template-services.ts";
import { positionAt } from "../template/position.ts";
import { type FoundValue, type Place, type Telling, tell, valuesIn } from "./found-value.ts";

/** The values of a file of the project; what is wrong is told. */
export function valuesOfFile(root: string, path: string, telling: Telling): readonly FoundValue[] {
  const text = readValueFile(root, path, telling);
  return text === null ? [] : valuesOfText(path, text, telling);
}

/**
 * A list of texts and objects, or an object with one list under the matrix's name (TOML: `[[tenant]]`); the rows of a CSV
 * file, whose empty fields are left out.
 */
export function valuesOfText(path: string, text: string, telling: Telling): readonly FoundValue[] {
  if (/\.csv$/i.test(path)) return csvValues(text, path, telling);
  try {
    const top = parseData(path, text);
    const [only, second] = top.members;
    const named = only?.key === telling.matrix && second === undefined ? only.node : null;
    const list = named ?? top;
    if (Array.isArray(list.value)) return valuesIn(list, path, text);
    const fix = `write a list of texts and objects, or one under the name "${telling.matrix}"`;
    tell(telling, { file: path, ...positionAt(text, list.offset) }, "a list of values is expected here", fix);
  } catch (error) {
    if (!(error instanceof JsonError)) throw error;
    tell(telling, { file: path, ...positionAt(text, error.offset) }, error.message, error.fix);
  }
  return [];
}

/** Null where it cannot be read; then that was told. */
function readValueFile(root: string, path: string, telling: Telling): string | null {
  try {
    readProjectFile(root, path, root);
  } catch (error) {
    if (!(error instanceof MigratorError)) throw error;
    for (const { message, fix } of error.diagnostics) {
      const found = `the values of the matrix ${telling.matrix}: ${message}`;
      tell(telling, telling.configPlace(["file"]), found, fix ?? "correct its name");
    }
    return null;
  }
  const read = readText(resolve(root, path), path);
  if (read.kind === "text") return read.text;
  telling.mistakes.push(read.mistake);
  return null;
}

interface CsvRow {
  readonly record: readonly (string | undefined)[];
  readonly info: { readonly lines: number };
}

function csvValues(text: string, file: string, telling: Telling): readonly FoundValue[] {
  const { parse }: typeof import("csv-parse/sync") = createRequire(import.meta.url)("csv-parse/sync");
  let rows: readonly CsvRow[];
  try {
    rows = parse(text, {
      skip_empty_lines: true,
      record_delimiter: ["\r\n", "\n", "\r"],
      info: true,
      // A field that is empty without quotes is one that is not there.
      cast: (value, { quoting }) => (value === "" && !quoting ? undefined : value),
    }) as unknown as readonly CsvRow[];
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const line = "lines" in error && typeof error.lines === "number" ? error.lines : 1;
    const fix = "close every quote, and give each line as many fields as the first";
    tell(telling, { file, line, column: 1 }, `this is no CSV: ${error.message}`, fix);
    return [];
  }
  const [head, ...rest] = rows;
  const header = (head?.record ?? []).map((name) => name ?? "");
  const twice = header.find((name, index) => header.indexOf(name) !== index);
  if (twice !== undefined) {
    const message = `two columns are called "${twice}"`;
    tell(telling, { file, line: 1, column: 1 }, message, "give each column a name of its own");
    return [];
  }
  return rest.map(({ record, info }, index) => {
    const members = header.flatMap((name, at) => {
      const field = record[at];
      return field === undefined ? [] : [[name, field] as const];
    });
    const place = (): Place => {
      // A row begins behind the one before it; lines without text between them are passed over.
      const before = (index === 0 ? head : rest[index - 1])?.info.lines ?? 0;
      return { file, line: beginsAt(text, before, info.lines), column: 1 };
    };
    return { value: Object.fromEntries(members), place, trusted: true };
  });
}

/** The first line with text behind line `before`, at most `last`. */
function beginsAt(text: string, before: number, last: number): number {
  const lines = text.split(/\r\n|\n|\r/);
  for (let line = before + 1; line < last; line++) if (lines[line - 1] !== "") return line;
  return last;
}
