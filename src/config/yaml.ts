/** Reads YAML 1.2 as JSON's values with their places. */
import { createRequire } from "node:module";
import type { Node } from "yaml";
import { isExact, JsonError, type JsonMember, type JsonNode, type JsonValue } from "./json.ts";

/** Aliases may repeat what they name; more nodes than this come only from a bomb of them. */
const mostNodes = 1_000_000;

const meanings: ReadonlyMap<string, readonly [meaning: string, fix: string]> = new Map([
  ["DUPLICATE_KEY", ["the key stands twice in this object", "remove one of them"]],
  ["MULTIPLE_DOCS", ["a second document begins here", "write each document in a file of its own"]],
  ["TAG_RESOLVE_FAILED", ["the tag names a type of no plain value", "remove it"]],
]);

/** Throws a JsonError. The library is loaded at the first such file. */
export function parseYaml(text: string): JsonNode {
  const yaml: typeof import("yaml") = createRequire(import.meta.url)("yaml");
  const document = yaml.parseDocument(text, { intAsBigInt: true, prettyErrors: false, logLevel: "error" });
  const [problem] = [...document.errors, ...document.warnings];
  if (problem !== undefined) {
    const [first = ""] = problem.message.split("\n");
    const known = meanings.get(problem.code);
    const [meaning, fix] = known ?? [first, "correct it, or write the variables as JSON"];
    throw new JsonError(`this YAML cannot be read: ${meaning}`, problem.pos[0], fix);
  }
  let count = 0;
  const read = (node: Node | null, offset: number, above: readonly Node[]): JsonNode => {
    const at = node?.range?.[0] ?? offset;
    if (++count > mostNodes || (node !== null && above.includes(node))) {
      throw new JsonError("its aliases repeat without end", at, "write the values out");
    }
    const inner = node === null ? above : [...above, node];
    if (node === null) return { value: null, offset: at, members: [] };
    if (yaml.isAlias(node)) {
      const target = node.resolve(document);
      if (target === undefined)
        throw new JsonError("the alias names nothing", at, "give a value that name: &name");
      return { ...read(target as Node, at, inner), offset: at };
    }
    if (yaml.isMap(node)) {
      const members = node.items.map((pair): JsonMember => {
        const key = pair.key as Node;
        const keyOffset = key.range?.[0] ?? at;
        if (!yaml.isScalar(key)) {
          throw new JsonError("a key must be a text", keyOffset, "write name: value");
        }
        const name = typeof key.value === "string" ? key.value : (key.source ?? String(key.value));
        return { key: name, keyOffset, node: read(pair.value as Node | null, keyOffset, inner) };
      });
      return {
        value: Object.fromEntries(members.map((one) => [one.key, one.node.value])),
        offset: at,
        members,
      };
    }
    if (yaml.isSeq(node)) {
      const members = node.items.map((item, key): JsonMember => {
        const one = read(item as Node | null, at, inner);
        return { key, keyOffset: one.offset, node: one };
      });
      return { value: members.map((one) => one.node.value), offset: at, members };
    }
    if (!yaml.isScalar(node))
      throw new JsonError("this is no value", at, "write a text, number, list or object");
    return { value: scalar(node.value, node.source ?? "", at), offset: at, members: [] };
  };
  return read(document.contents as Node | null, 0, []);
}

function scalar(value: unknown, source: string, offset: number): JsonValue {
  if (value === null || typeof value === "boolean" || typeof value === "string") return value;
  const number = Number(value);
  const decimal = /^-?\d+(\.\d+)?([eE][-+]?\d+)?$/.test(source);
  const exact =
    typeof value === "bigint"
      ? Number.isSafeInteger(number)
      : decimal
        ? isExact(source, number)
        : Number.isFinite(number);
  if (exact) return number;
  throw new JsonError(`the number ${source} cannot be kept exactly`, offset, `write it as text: "${source}"`);
}
