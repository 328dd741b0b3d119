/**
 * Values that a template may hand on and print, and not compute with: a secret, whose value is not known while it renders,
 * and bytes. minijinja carries them as texts made only of characters that stand in no other text, so that whatever is
 * made of one shows that it was.
 */
import { randomBytes } from "node:crypto";
import type { SecretSource } from "../config/secret-source.ts";

export type OpaqueValue =
  | {
      readonly kind: "secret";
      /** As a template writes it: `api_key`, `stripe.key`. */
      readonly path: string;
      /** The name of the psql variable. */
      readonly name: string;
      readonly source: SecretSource;
    }
  | { readonly kind: "bytes"; readonly bytes: Uint8Array };

/** The first character of every mark; minijinja itself can look for it. */
export const opaqueSign = "\u{10fffd}";

const digits = 0x10ffe0;
const traces = /[\u{10ffe0}-\u{10ffef}\u{10fffd}]/u;

export interface OpaqueValues {
  /** The text that stands for the value inside minijinja. */
  hide(value: OpaqueValue): string;
  /** The value that the whole text stands for; undefined for any other text. */
  of(text: string): OpaqueValue | undefined;
}

export function createOpaqueValues(): OpaqueValues {
  const known = new Map<string, OpaqueValue>();
  // Nobody who writes a variable's value can write the mark of a secret.
  const salt = randomBytes(8).toString("hex");
  return {
    hide(value) {
      const text = Array.from(`${salt}${known.size.toString(16)}`, (digit) =>
        String.fromCodePoint(digits + Number.parseInt(digit, 16)),
      ).join("");
      known.set(opaqueSign + text, value);
      return opaqueSign + text;
    },
    of: (text) => known.get(text),
  };
}

/** True for a text that holds the mark of such a value, or a part of one. */
export function tracesOpaque(text: string): boolean {
  return traces.test(text);
}
