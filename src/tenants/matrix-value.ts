/** One value of a matrix, made of what its source gave: its members, its key, its schema and its database. */
import { type Config, isConnectionUrl, type Variables } from "../config/config.ts";
import type { JsonValue } from "../config/json.ts";
import { type SecretSource, secretSource } from "../config/secret-source.ts";
import { checkVariables, type VariableSchema } from "../config/variable-schema.ts";
import type { FoundValue, Place, Telling } from "./found-value.ts";
import type { MatrixConfig } from "./matrix-config.ts";
import type { OuterValue, OuterValues } from "./outer-value.ts";
import { fillPlaceholders } from "./placeholders.ts";
import { schemaProblem } from "./schema-problem.ts";
import { type MatrixScope, scopeName } from "./scope.ts";
import { keyOf, ownMembers, type Told, teller } from "./value-members.ts";

/** A scope, and what matrices inside it or across it need of it. */
export interface MatrixValue {
  readonly scope: MatrixScope;
  /** Itself and all above it, by their matrices. */
  readonly values: OuterValues;
  readonly place: () => Place;
}

export interface ValueRules {
  readonly config: Config;
  readonly matrix: string;
  readonly rules: MatrixConfig;
  /** Of the members. */
  readonly schema: VariableSchema | null;
  /** What the value lies in; null for a matrix of its own. */
  readonly above: MatrixValue | null;
  readonly telling: Telling;
}

/** Null where the value cannot be used; then it was told why. */
export function makeValue(found: FoundValue, index: number, rules: ValueRules): MatrixValue | null {
  const { matrix, telling } = rules;
  const before = telling.mistakes.length;
  const problem = teller(found, `value ${index + 1} of the matrix ${matrix}`, telling);
  const own = ownMembers(found, rules, problem);
  const key = own === null ? null : keyOf(own, rules, problem);
  if (own === null || key === null) return null;
  const told = teller(found, `the value ${JSON.stringify(key)} of the matrix ${matrix}`, telling);
  const { above } = rules;
  const fullKey = above === null ? key : `${above.scope.key}/${key}`;
  const members = { ...own.members, ...defaults(own.members, key, rules, told) };
  const value = makeScope({
    key,
    fullKey,
    members,
    plain: own.plain,
    rules,
    told,
    place: () => found.place([]),
  });
  return telling.mistakes.length > before ? null : value;
}

/** Every combination of values is a value, too: `acme/eu`. */
export function crossValues(parts: readonly MatrixValue[], rules: ValueRules): MatrixValue | null {
  const { matrix, telling } = rules;
  const before = telling.mistakes.length;
  const place = (): Place => telling.configPlace([]);
  const fullKey = parts.map(({ scope }) => scope.key).join("/");
  const values: OuterValues = new Map(parts.flatMap((part) => [...part.values]));
  const told = teller({ place }, `the value ${JSON.stringify(fullKey)} of the matrix ${matrix}`, telling);
  const based = parts.findLast(({ scope }) => scope.url !== null)?.scope;
  const above: MatrixValue = {
    scope: {
      matrix,
      key: fullKey,
      name: fullKey,
      variables: Object.assign({}, ...parts.map(({ scope }) => scope.variables)),
      // The values of a part with databases of its own may share the schemas of the others.
      schema:
        based === undefined ? null : (parts.find(({ scope }) => scope.url === null)?.scope.schema ?? null),
      searchPath: [],
      url: based?.url ?? null,
    },
    values,
    place,
  };
  const within = { ...rules, above };
  const members = defaults({}, fullKey, within, told);
  if (members.schema === undefined && above.scope.schema !== null) members.schema = above.scope.schema;
  const value = makeScope({ key: fullKey, fullKey, members, plain: false, rules: within, told, place });
  return telling.mistakes.length > before ? null : value;
}

/** The variables of the matrix that the value has not itself (null is nothing), with what stands for this value's key, and for those above, filled in. */
function defaults(
  own: Variables,
  key: string,
  { matrix, rules, above }: ValueRules,
  told: Told,
): Record<string, JsonValue> {
  const texts = new Map<string, string>([...(above?.values ?? [])].map(([name, outer]) => [name, outer.key]));
  texts.set(matrix, key).set("key", key);
  const filled: Record<string, JsonValue> = {};
  for (const [name, value] of Object.entries(rules.variables)) {
    if (own[name] !== undefined && own[name] !== null) continue;
    filled[name] = fillPlaceholders(value, texts, {
      url: name === "databaseUrl",
      onUnsafe: (text) =>
        told(
          `the file of the secret "${name}" would be outside of its folder, for the key is ${JSON.stringify(text)}`,
          "keys that stand in names of files hold no slashes",
        ),
    });
  }
  return filled;
}

interface Making {
  readonly key: string;
  readonly fullKey: string;
  readonly members: Variables;
  readonly plain: boolean;
  readonly rules: ValueRules;
  readonly told: Told;
  readonly place: () => Place;
}

function makeScope({ key, fullKey, members, plain, rules, told, place }: Making): MatrixValue {
  const { config, matrix, above } = rules;
  const { databaseUrl, ...rest } = members;
  const checked =
    rules.schema === null ? { variables: rest, mistakes: [] } : checkVariables(rules.schema, rest);
  for (const { path, message } of checked.mistakes)
    told(message, "correct the value, or the variableSchema of the matrix", path);
  const ownUrl = urlOf(databaseUrl ?? null, told);
  const named = checked.variables.schema ?? null;
  if (named !== null && typeof named !== "string") told("its schema is no text", "write a text", ["schema"]);
  const schema = typeof named === "string" ? named : ownUrl === null ? key : null;
  const unfit = schema === null ? undefined : schemaProblem(schema, config.ledgerSchema);
  if (unfit !== undefined) {
    const [message, fix] = unfit;
    told(message, fix, typeof named === "string" ? ["schema"] : []);
  }
  const { schema: _aboves, ...inherited } = above?.scope.variables ?? {};
  const withSchema = { ...checked.variables, ...(schema === null ? {} : { schema }) };
  const self: OuterValue = { key: fullKey, members: withSchema };
  const values: OuterValues = new Map([...(above?.values ?? []), [matrix, self]]);
  const scope: MatrixScope = {
    matrix,
    key: fullKey,
    name: scopeName(matrix, fullKey),
    variables: { ...inherited, ...withSchema, [matrix]: plain ? key : withSchema },
    schema,
    searchPath:
      schema === null ? config.searchPath : [schema, ...config.searchPath.filter((one) => one !== schema)],
    url: ownUrl ?? above?.scope.url ?? null,
  };
  return { scope, values, place };
}

function urlOf(given: JsonValue, told: Told): string | SecretSource | null {
  if (given === null) return null;
  if (typeof given === "string" && isConnectionUrl(given)) return given;
  const source = secretSource(given);
  if (source !== undefined) return source;
  // Its text may hold a password.
  const fix = 'write "postgres://user@host/database" or { "secret": { "env": "DATABASE_URL_{key}" } }';
  told("its databaseUrl is neither a connection URL nor a secret", fix, ["databaseUrl"]);
  return null;
}
