/** A change of a list of values. */
import type { JsonValue } from "../config/json.ts";

export type ValueEdit =
  | { readonly kind: "add"; readonly value: JsonValue }
  | { readonly kind: "remove"; readonly index: number };
