/** What one value of a matrix says itself: its members, and the key by which it is known. */
import type { Variables } from "../config/config.ts";
import type { JsonValue } from "../config/json.ts";
import { secretMistakes } from "../config/secret.ts";
import { declaresSecret } from "../config/secret-source.ts";
import type { FoundValue, Telling } from "./found-value.ts";
import { isVariableName, type MatrixConfig, variableNameRule } from "./matrix-config.ts";
import { holdsSecret } from "./outer-value.ts";

interface Rules {
  readonly matrix: string;
  readonly rules: MatrixConfig;
}

/** Longer ones do not fit into the keys of the ledger's indexes. */
const longestKey = 1000;

/** Tells a mistake of a value, at a member of it. */
export type Told = (message: string, fix: string, path?: readonly (string | number)[]) => void;

/** `what` begins each message: `value 3 of the matrix tenant`. */
export function teller(found: Pick<FoundValue, "place">, what: string, { mistakes }: Telling): Told {
  return (message, fix, path = []) => {
    mistakes.push({ code: "usage", message: `${what}: ${message}`, ...found.place(path), fix });
  };
}

interface Own {
  readonly members: Variables;
  /** The source gave a text, no object. */
  readonly plain: boolean;
}

/** Its members; a text has one, of the matrix's name. Null where they cannot be used; then it was told why. */
export function ownMembers(found: FoundValue, { matrix }: Rules, told: Told): Own | null {
  const { value } = found;
  if (typeof value === "string") return { members: { [matrix]: value }, plain: true };
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    told("it is neither a text nor an object", 'write "acme" or { "schema": "acme", "region": "eu" }');
    return null;
  }
  let sound = true;
  const wrong: Told = (...mistake) => {
    sound = false;
    told(...mistake);
  };
  if (declaresSecret(value)) wrong("it is a secret", "only its members can be");
  for (const [name, member] of Object.entries(value)) {
    if (!isVariableName(name))
      wrong(`the member ${JSON.stringify(name)}: ${variableNameRule}`, "rename it", [name]);
    if (holdsZero(member)) wrong(`the member "${name}" holds a NUL character`, "remove it", [name]);
    if (!found.trusted && holdsSecret(member)) {
      const fix =
        'declare it in migrator.json, under "variables" of the matrix: { "secret": { "env": "PASSWORD_{key}" } }';
      wrong(`the member "${name}" declares a secret, which what stands in a database may not`, fix, [name]);
    }
  }
  for (const { path, message, fix } of secretMistakes(value as Variables, [])) wrong(message, fix, path);
  return sound ? { members: value as Variables, plain: false } : null;
}

/** The member that identifies a value; undefined where there is none that could. */
export function keyMember(members: Variables, wanted: string | null): string | undefined {
  if (wanted !== null) return wanted;
  const names = Object.keys(members).filter((name) => name !== "databaseUrl");
  return ["schema", "name"].find((name) => names.includes(name)) ?? names[0];
}

/** Null where it has none; then it was told why. */
export function keyOf({ members, plain }: Own, { rules, matrix }: Rules, told: Told): string | null {
  const name = plain ? matrix : keyMember(members, rules.key);
  const fix = `give it ${name === undefined ? '"schema" or "name"' : `"${name}"`}, by which it is known`;
  const value = name === undefined ? undefined : members[name];
  const key = typeof value === "number" ? String(value) : value;
  if (name === undefined || key === undefined) {
    told(`it has no member ${name === undefined ? "that names it" : `"${name}"`}`, fix);
    return null;
  }
  const at = plain ? [] : [name];
  if (typeof key !== "string" || key === "") {
    told(`its key "${name}" is ${key === "" ? "empty" : "no text"}`, "write a text", at);
    return null;
  }
  if (Buffer.byteLength(key) > longestKey) {
    told(`its key "${name}" is longer than ${longestKey} bytes`, "make it shorter", at);
    return null;
  }
  return key;
}

function holdsZero(value: JsonValue): boolean {
  if (typeof value === "string") return value.includes("\0");
  return typeof value === "object" && value !== null && Object.values(value).some(holdsZero);
}
