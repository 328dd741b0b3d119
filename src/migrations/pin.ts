/**
 * What a migration is fixed to: `pinned_files`, lines of a hash and a file's name, and beside it `pinned_values.json`
 * where the build reads anything that is no file.
 */
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { compareText } from "../../graph/compare.ts";
import { type Diagnostic, MigratorError } from "../../graph/diagnostic.ts";
import type { Config, Variables } from "../config/config.ts";
import type { JsonValue } from "../config/json.ts";
import { readText } from "../config/read-text.ts";
import { shownPath } from "../project/scan.ts";
import type { Migration } from "./migration.ts";

export interface Pin {
  /** The sha256 of each file that the build reads, in hex, by its name: a component's path, or `./…` beside the script. */
  readonly files: ReadonlyMap<string, string>;
  /** Components that the migration takes away. */
  readonly removed: ReadonlySet<string>;
  readonly values: PinnedValues;
}

export interface PinnedValues {
  /** Secrets by their declaration, never by what they stand for. */
  readonly variables: Readonly<Record<string, JsonValue>>;
  /** Values that would differ each time (uuids), in the order of their calls, by the name of the script without `.sql`. */
  readonly generated: Readonly<Record<string, readonly string[]>>;
  /** Variables of the environment. */
  readonly environment: Readonly<Record<string, string | null>>;
  /** Names of files that the build asked for, and there were none. */
  readonly absent: readonly string[];
}

const noValues: PinnedValues = { variables: {}, generated: {}, environment: {}, absent: [] };

export const pinnedFiles = "pinned_files";
export const pinnedValues = "pinned_values.json";

/** Stands in the place of a hash for a component that the migration takes away. */
const nothing = "0".repeat(64);

/** Null where the migration was never pinned. Throws a MigratorError where its pin cannot be read. */
export function readPin(config: Config, { folder }: Pick<Migration, "folder">): Pin | null {
  const path = join(folder, pinnedFiles);
  const file = shownPath(config, path);
  const text = readIfThere(path, file);
  if (text === null) return null;
  const files = new Map<string, string>();
  const removed = new Set<string>();
  const mistakes: Diagnostic[] = [];
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (line === "") continue;
    const [, hash, name] = /^([0-9a-f]{64}) (.+)$/.exec(line) ?? [];
    const place = { file, line: index + 1, column: 1 };
    const fix = "run migrator migration pin again, or bring the file back from version control";
    if (hash === undefined || name === undefined)
      mistakes.push({ code: "pin", message: "the line is not a sha256 and a file's name", ...place, fix });
    else if (files.has(name) || removed.has(name))
      mistakes.push({ code: "pin", message: `${name} is pinned twice`, ...place, fix });
    else if (hash === nothing) removed.add(name);
    else files.set(name, hash);
  }
  if (mistakes.length > 0) throw new MigratorError(mistakes);
  return { files, removed, values: readValues(config, folder) };
}

/** Writes the pin; a file that says nothing is not written, and one that is there is removed. */
export function writePin(folder: string, pin: Pin): void {
  const lines = [
    ...[...pin.files].map(([name, hash]) => [name, hash] as const),
    ...[...pin.removed].map((name) => [name, nothing] as const),
  ]
    .sort(([a], [b]) => compareText(a, b))
    .map(([name, hash]) => `${hash} ${name}\n`);
  writeFileSync(join(folder, pinnedFiles), lines.join(""));
  const path = join(folder, pinnedValues);
  if (saysNothing(pin.values)) rmSync(path, { force: true });
  else {
    const { absent, ...values } = pin.values;
    const written = absent.length === 0 ? values : { ...values, absent };
    writeFileSync(path, `${JSON.stringify(written, null, 2)}\n`);
  }
}

function saysNothing({ variables, generated, environment, absent }: PinnedValues): boolean {
  const none = (record: object) => Object.keys(record).length === 0;
  if (absent.length > 0) return false;
  return none(variables) && none(environment) && Object.values(generated).every((list) => list.length === 0);
}

function readValues(config: Config, folder: string): PinnedValues {
  const path = join(folder, pinnedValues);
  const file = shownPath(config, path);
  const text = readIfThere(path, file);
  if (text === null) return noValues;
  const values = parseObject(text);
  const { variables = {}, generated = {}, environment = {}, absent = [] } = values ?? {};
  const sound =
    values !== null &&
    isTexts(absent) &&
    isObject(variables) &&
    isObject(generated) &&
    Object.values(generated).every(isTexts) &&
    isObject(environment) &&
    Object.values(environment).every((value) => value === null || typeof value === "string");
  if (!sound) {
    throw new MigratorError([
      {
        code: "pin",
        message: "the pinned values cannot be read",
        file,
        fix: "run migrator migration pin again, or bring the file back from version control",
      },
    ]);
  }
  return {
    variables,
    absent: texts(absent),
    generated: Object.fromEntries(Object.entries(generated).map(([name, list]) => [name, texts(list)])),
    environment: Object.fromEntries(
      Object.entries(environment).map(([name, value]) => [name, typeof value === "string" ? value : null]),
    ),
  };
}

/**
 * What a pinned build has for variables: those that are pinned, and of the others only what a target sets itself, which stays open.
 * One that the build asked for and that was not defined stays so.
 */
export function pinnedVariables({ targets }: Config, variables: Variables, { values }: Pin): Variables {
  const open = openVariables(targets);
  const left = Object.entries(variables).filter(([name]) => open.has(name));
  return { ...Object.fromEntries(left), ...values.variables };
}

/** What any target sets itself: it differs by design, and is not pinned. */
export function openVariables(targets: Config["targets"]): ReadonlySet<string> {
  return new Set(Object.values(targets).flatMap(({ variables }) => Object.keys(variables)));
}

type JsonObject = Readonly<Record<string, JsonValue>>;

function parseObject(text: string): JsonObject | null {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every((one) => typeof one === "string");
}

function texts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

/** `file` is the path in messages. */
function readIfThere(path: string, file: string): string | null {
  const read = readText(path, file);
  if (read.kind === "text") return read.text;
  if (read.missing) return null;
  throw new MigratorError([read.mistake]);
}
