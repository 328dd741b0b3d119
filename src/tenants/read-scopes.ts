/** The values of a matrix, asked for at each run. */
import { resolve } from "node:path";
import { compareText } from "../../graph/compare.ts";
import { type Diagnostic, MigratorError } from "../../graph/diagnostic.ts";
import type { Config } from "../config/config.ts";
import { suggestWord } from "../config/nearest.ts";
import type { Environment } from "../config/target.ts";
import { loadSchema } from "../config/variable-schema.ts";
import { placeInConfig } from "../config/variables.ts";
import type { Database } from "../database/database.ts";
import { type FoundValue, type Telling, tell } from "./found-value.ts";
import { type MatrixConfig, neededMatrices } from "./matrix-config.ts";
import { crossValues, type MatrixValue, makeValue, type ValueRules } from "./matrix-value.ts";
import { sameTwice } from "./same-twice.ts";
import type { MatrixScope } from "./scope.ts";
import { valuesOfCommand } from "./value-command.ts";
import { valuesOfFile } from "./value-file.ts";
import { valuesOfQuery } from "./value-query.ts";
import { valuesOfSchemas } from "./value-schemas.ts";

export interface ScopeReading {
  /** The target, with no transaction open; the caller closes it. Called once, and only where a source asks a database. */
  readonly connect: () => Promise<Database>;
  readonly env: Environment;
  readonly onNote: (message: string) => void;
}

/**
 * The scopes of a matrix, sorted by key (by code unit). Throws a MigratorError (exit code 2) with every mistake in the
 * values; the connection's own errors pass through.
 */
export async function readScopes(
  project: { readonly config: Config },
  matrix: string,
  reading: ScopeReading,
): Promise<readonly MatrixScope[]> {
  const { config } = project;
  const mistakes: Diagnostic[] = [];
  let connected: Promise<Database> | undefined;
  const connect = (): Promise<Database> => {
    connected ??= reading.connect();
    return connected;
  };
  const read = new Map<string, Promise<readonly MatrixValue[]>>();
  const valuesOf = (name: string): Promise<readonly MatrixValue[]> => {
    const known =
      read.get(name) ?? readMatrix(name, { config, reading: { ...reading, connect }, mistakes, valuesOf });
    read.set(name, known);
    return known;
  };
  const values = await valuesOf(matrix);
  if (mistakes.length > 0) throw new MigratorError(mistakes, 2);
  if (values.length === 0) reading.onNote(`the matrix ${matrix} has no values`);
  return values.map(({ scope }) => scope).sort((a, b) => compareText(a.key, b.key));
}

/** Whether its values, or those of a matrix that it needs, are asked of a database. */
export function asksDatabase(config: Config, matrix: string): boolean {
  const rules = matrixNamed(config, matrix);
  if (rules.source.kind === "query" || rules.source.kind === "schemas") return true;
  return neededMatrices(rules).some((needed) => asksDatabase(config, needed));
}

/** Throws a MigratorError (exit code 2) where migrator.json names no such matrix. */
export function matrixNamed(config: Config, name: string): MatrixConfig {
  const found = Object.hasOwn(config.matrices, name) ? config.matrices[name] : undefined;
  if (found !== undefined) return found;
  const known = Object.keys(config.matrices);
  const fix = known.length === 0 ? 'add it under "matrices" in migrator.json' : suggestWord(name, known);
  throw new MigratorError([{ code: "usage", message: `there is no matrix "${name}"`, fix }], 2);
}

interface Reading {
  readonly config: Config;
  readonly reading: ScopeReading;
  readonly mistakes: Diagnostic[];
  readonly valuesOf: (matrix: string) => Promise<readonly MatrixValue[]>;
}

async function readMatrix(matrix: string, all: Reading): Promise<readonly MatrixValue[]> {
  const { config, mistakes, valuesOf } = all;
  const rules = matrixNamed(config, matrix);
  const telling: Telling = {
    matrix,
    mistakes,
    configPlace: (path) => placeInConfig(config, ["matrices", matrix, ...path]),
  };
  const given = rules.variableSchema;
  const file = typeof given === "string" ? resolve(config.root, given) : given;
  const schema = loadSchema(file, config.root, mistakes);
  const base = { config, matrix, rules, schema, telling };
  const values: MatrixValue[] = [];
  if (rules.source.kind === "cross") {
    const parts: (readonly MatrixValue[])[] = [];
    for (const name of rules.source.matrices) parts.push(await valuesOf(name));
    for (const combination of combinations(parts)) {
      const value = crossValues(combination, { ...base, above: null });
      if (value !== null) values.push(value);
    }
  } else {
    // One after the other: a query that is wrong is told once, not for each outer value.
    for (const above of rules.of === null ? [null] : await valuesOf(rules.of)) {
      const before = mistakes.length;
      const found = await findValues(rules, { ...base, above }, all);
      values.push(...found.flatMap((one, index) => makeValue(one, index, { ...base, above }) ?? []));
      if (mistakes.length > before && found.length === 0) break;
    }
  }
  sameTwice(values, matrix, mistakes);
  return values;
}

async function findValues(
  { source }: MatrixConfig,
  { config, telling, above }: ValueRules,
  { reading }: Reading,
): Promise<readonly FoundValue[]> {
  const outer = above?.values ?? new Map();
  const { root, searchPath, ledgerSchema } = config;
  switch (source.kind) {
    case "values":
      return source.values.map((value, index) => ({
        value,
        place: (path) => telling.configPlace(["values", index, ...path]),
        trusted: true,
      }));
    case "file":
      return valuesOfFile(root, source.file, telling);
    case "command":
      return valuesOfCommand(source.command, { root, env: reading.env, outer }, telling);
    case "query":
      return valuesOfQuery(source.query, { database: await reading.connect(), searchPath, outer }, telling);
    case "schemas": {
      const place = telling.configPlace(["schemas"]);
      if (above !== null && above.scope.url !== null) {
        const message = `the schemas of the matrix ${telling.matrix} are those of the target, but ${above.scope.name} has a database of its own`;
        tell(telling, place, message, 'name the values with "command", "file" or "query"');
        return [];
      }
      return valuesOfSchemas(source.pattern, await reading.connect(), ledgerSchema, place);
    }
    case "cross":
      return [];
  }
}

function combinations<T>(lists: readonly (readonly T[])[]): readonly (readonly T[])[] {
  return lists.reduce<readonly (readonly T[])[]>(
    (before, list) => before.flatMap((some) => list.map((one) => [...some, one])),
    [[]],
  );
}
