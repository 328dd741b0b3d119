/** Quotes identifiers and literals as PostgreSQL's quote_ident and quote_literal do. */
import { reservedWords } from "./reserved-words.ts";

const plain = /^[a-z_][a-z0-9_$]*$/;

export function quoteIdentifier(name: string): string {
  if (plain.test(name) && !reservedWords.has(name)) return name;
  return `"${name.replaceAll('"', '""')}"`;
}

export function quoteName(schema: string, name: string): string {
  return `${quoteIdentifier(schema)}.${quoteIdentifier(name)}`;
}

/** A string literal that means the same with standard_conforming_strings on or off. */
export function quoteLiteral(text: string): string {
  const doubled = text.replaceAll("'", "''");
  return doubled.includes("\\") ? `E'${doubled.replaceAll("\\", "\\\\")}'` : `'${doubled}'`;
}
