/** A row more or less in a CSV file. */
import { createRequire } from "node:module";
import type { JsonValue } from "../config/json.ts";
import type { ValueEdit } from "./value-edit.ts";

/** The names of the columns. */
export function csvHeader(text: string): readonly string[] {
  const { parse }: typeof import("csv-parse/sync") = createRequire(import.meta.url)("csv-parse/sync");
  const [header = []]: string[][] = parse(text, { to: 1, bom: true, record_delimiter: ["\r\n", "\n", "\r"] });
  return header;
}

/** Null where the header has no column for a member. */
export function editCsv(text: string, edit: ValueEdit): string | null {
  const { parse }: typeof import("csv-parse/sync") = createRequire(import.meta.url)("csv-parse/sync");
  const rows = parse(text, {
    bom: true,
    skip_empty_lines: true,
    record_delimiter: ["\r\n", "\n", "\r"],
    raw: true,
    info: true,
  }) as unknown as readonly { readonly record: readonly string[]; readonly raw: string }[];
  const [header] = rows;
  if (edit.kind === "remove")
    return withoutRow(
      text,
      rows.map(({ raw }) => raw),
      edit.index + 1,
    );
  const { value } = edit;
  if (header === undefined || typeof value !== "object" || value === null || Array.isArray(value))
    return null;
  const members = new Map<string, JsonValue>(Object.entries(value));
  const fields = header.record.map((name) => {
    const field = members.get(name);
    members.delete(name);
    return field === undefined ? "" : quoted(String(field));
  });
  if (members.size > 0) return null;
  const end = /\r\n|\n|\r/.exec(text)?.[0] ?? "\n";
  return text + (/[\r\n]$/.test(text) ? "" : end) + fields.join(",") + end;
}

/** What each row was read from stands in the text one after the other. */
function withoutRow(text: string, raws: readonly string[], index: number): string | null {
  let at = 0;
  for (const [row, raw] of raws.entries()) {
    const start = text.indexOf(raw, at);
    if (start === -1) return null;
    const end = start + raw.length;
    if (row === index) {
      const behind = /^(\r\n|\n|\r)/.exec(text.slice(end))?.[0] ?? "";
      return text.slice(0, start) + text.slice(/[\r\n]$/.test(raw) ? end : end + behind.length);
    }
    at = end;
  }
  return null;
}

function quoted(field: string): string {
  return field === "" || /[",\r\n]|^\s|\s$/.test(field) ? `"${field.replaceAll('"', '""')}"` : field;
}
