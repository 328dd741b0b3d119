/** The values of a matrix from what a program prints. */
import { isUtf8 } from "node:buffer";
import { JsonError, parseJson } from "../config/json.ts";
import { runCommand } from "../config/run-command.ts";
import type { Environment } from "../config/target.ts";
import { type FoundValue, type Telling, tell } from "./found-value.ts";
import { type OuterValues, visibleTexts } from "./outer-value.ts";

/** Bytes that it may print. */
const greatest = 64 << 20;

/**
 * The program runs in the project's folder. What begins with `[` is one JSON list; where the first line begins with `{` or a
 * double quote, each line is one JSON value; else each line is a text. Lines without text are passed over. Values of the
 * matrices above stand in MIGRATOR_REGION, MIGRATOR_REGION_HOST.
 */
export async function valuesOfCommand(
  command: readonly string[],
  { root, env, outer }: { readonly root: string; readonly env: Environment; readonly outer: OuterValues },
  telling: Telling,
): Promise<readonly FoundValue[]> {
  const place = telling.configPlace(["command"]);
  const [program = ""] = command;
  const own = [...visibleTexts(outer)].map(([name, text]) => [`MIGRATOR_${name.toUpperCase()}`, text ?? ""]);
  const output = await runCommand(command, { root, env: { ...env, ...Object.fromEntries(own) }, greatest });
  const fix = `run it by hand in the project's folder: ${program} …`;
  if (!("printed" in output)) {
    const detail = output.errors.trim().slice(0, 1000);
    const message = `the values of the matrix ${telling.matrix}: ${program} ${output.problem}`;
    telling.mistakes.push({ code: "usage", message, ...place, ...(detail === "" ? {} : { detail }), fix });
    return [];
  }
  if (!isUtf8(output.printed)) {
    tell(telling, place, `the values of the matrix ${telling.matrix}: ${program} prints no UTF-8`, fix);
    return [];
  }
  const text = output.printed.toString("utf8").replace(/^\ufeff/, "");
  const found = (value: FoundValue["value"]): FoundValue => ({ value, place: () => place, trusted: true });
  const lines = text.split(/\r?\n/);
  const first = lines.find((line) => line.trim() !== "")?.trimStart() ?? "";
  const read = (json: string, what: string): FoundValue["value"] => {
    try {
      return parseJson(json).value;
    } catch (error) {
      if (!(error instanceof JsonError)) throw error;
      const message = `the values of the matrix ${telling.matrix}: ${what} is no JSON: ${error.message}`;
      tell(telling, place, message, error.fix);
      return [];
    }
  };
  if (first.startsWith("[")) {
    const list = read(text, `what ${program} prints`);
    return Array.isArray(list) ? list.map(found) : [];
  }
  if (!/^["{]/.test(first)) return lines.filter((line) => line !== "").map(found);
  const before = telling.mistakes.length;
  const values = lines.flatMap((line, index) =>
    line.trim() === "" ? [] : [found(read(line, `line ${index + 1} of what ${program} prints`))],
  );
  return telling.mistakes.length > before ? [] : values;
}
