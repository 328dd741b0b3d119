/** A value of another matrix, as the sources of a matrix inside it see it. */
import type { JsonValue } from "../config/json.ts";
import { declaresSecret } from "../config/secret-source.ts";

/** A value by the name of its matrix. */
export interface OuterValue {
  readonly key: string;
  readonly members: Readonly<Record<string, JsonValue>>;
}

/** By the names of their matrices, the farthest first. */
export type OuterValues = ReadonlyMap<string, OuterValue>;

/** `region` is the key, `region_host` the member `host`; members that are no texts are their JSON, secrets are left out. */
export function visibleTexts(outer: OuterValues): ReadonlyMap<string, string | null> {
  const texts = new Map<string, string | null>();
  for (const [matrix, { key, members }] of outer) {
    texts.set(matrix, key);
    for (const [name, value] of Object.entries(members)) {
      if (!holdsSecret(value)) texts.set(`${matrix}_${name}`, asText(value));
    }
  }
  return texts;
}

function asText(value: JsonValue): string | null {
  if (value === null || typeof value === "string") return value;
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

export function holdsSecret(value: JsonValue): boolean {
  if (typeof value !== "object" || value === null) return false;
  return declaresSecret(value) || Object.values(value).some(holdsSecret);
}
