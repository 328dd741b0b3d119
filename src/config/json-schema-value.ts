/** A document in JSON Schema, or a part of one. */
import type { JsonValue } from "./json.ts";

export type JsonSchema = { readonly [key: string]: JsonValue };
