/** Puts a value into the text of a file of values, or takes one out, and leaves all else as it is written. */
import { createRequire } from "node:module";
import { isDeepStrictEqual } from "node:util";
import type { YAMLSeq } from "yaml";
import type { JsonValue } from "../config/json.ts";
import { withItem, withoutItem } from "./bracketed-list.ts";
import { editCsv } from "./edit-csv.ts";
import type { ValueEdit } from "./value-edit.ts";

/** Reads the values of a text anew, as the file's source does; null where it cannot. */
type Reread = (text: string) => readonly JsonValue[] | null;

/** Null where the tool cannot make this edit. What is returned reads as the values with exactly this change. */
export function editValues(
  file: string,
  text: string,
  matrix: string,
  edit: ValueEdit,
  reread: Reread,
): string | null {
  const before = reread(text);
  if (before === null || (edit.kind === "remove" && before[edit.index] === undefined)) return null;
  const wanted = changed(before, edit);
  return (
    candidates(file, text, matrix, edit).find((candidate) => isDeepStrictEqual(reread(candidate), wanted)) ??
    null
  );
}

/** The values with the edit; one that takes out what is not there changes nothing. */
export function changed(values: readonly JsonValue[], edit: ValueEdit): readonly JsonValue[] {
  return edit.kind === "add" ? [...values, edit.value] : values.filter((_, index) => index !== edit.index);
}

/** The text with a value more or less in the list whose bracket stands at `open`. */
export function editList(text: string, open: number, edit: ValueEdit, write = writeJson): string | null {
  return edit.kind === "add" ? withItem(text, open, write(edit.value)) : withoutItem(text, open, edit.index);
}

function candidates(file: string, text: string, matrix: string, edit: ValueEdit): readonly string[] {
  if (/\.csv$/i.test(file)) return [editCsv(text, edit)].filter((one) => one !== null);
  if (/\.ya?ml$/i.test(file)) return [editYaml(text, matrix, edit)].filter((one) => one !== null);
  if (/\.toml$/i.test(file)) return editToml(text, matrix, edit);
  // The list is the whole text, or the one member of an object.
  const edited = editList(text, text.indexOf("["), edit);
  return edited === null ? [] : [edited];
}

/** As people write it: `{ "schema": "acme", "region": "eu" }`. */
function writeJson(value: JsonValue): string {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return JSON.stringify(value);
  const members = Object.entries(value).map(
    ([name, one]) => `${JSON.stringify(name)}: ${JSON.stringify(one)}`,
  );
  return `{ ${members.join(", ")} }`;
}

function editYaml(text: string, matrix: string, edit: ValueEdit): string | null {
  const yaml: typeof import("yaml") = createRequire(import.meta.url)("yaml");
  const document = yaml.parseDocument(text);
  const root = document.contents;
  const list = yaml.isMap(root) ? root.get(matrix) : root;
  if (!yaml.isSeq(list)) return null;
  const items: YAMLSeq = list;
  if (edit.kind === "remove") {
    const [first] = items.items;
    // What stands above the first item may be said of all of them.
    const above = edit.index === 0 && yaml.isNode(first) ? first.commentBefore : null;
    items.delete(edit.index);
    const next = items.items[0];
    if (above && yaml.isNode(next))
      next.commentBefore = [above, next.commentBefore].filter(Boolean).join("\n");
    else if (above) items.commentBefore = above;
  } else {
    const node = document.createNode(edit.value);
    const last = items.items.at(-1);
    if (yaml.isMap(node) && yaml.isMap(last) && last.flow === true) node.flow = true;
    items.add(node);
  }
  const written = document.toString({ lineWidth: 0, flowCollectionPadding: !/\{\S/.test(text) });
  return text.includes("\r\n") ? written.replaceAll(/\r?\n/g, "\r\n") : written;
}

/** A list in brackets, or tables `[[tenant]]`, of which several may look like one inside a text. */
function editToml(text: string, matrix: string, edit: ValueEdit): readonly string[] {
  const lists = Array.from(text.matchAll(new RegExp(`^[ \\t]*${matrix}[ \\t]*=[ \\t]*(?=\\[)`, "gm")));
  const edited = lists.map((found) => editList(text, found.index + found[0].length, edit, writeToml));
  const end = text.includes("\r\n") ? "\r\n" : "\n";
  const heads = Array.from(
    text.matchAll(new RegExp(`^[ \\t]*\\[\\[[ \\t]*${matrix}[ \\t]*\\]\\][^\\n]*\\n?`, "gm")),
  );
  if (edit.kind === "add") {
    const lines = Object.entries(typeof edit.value === "object" && edit.value !== null ? edit.value : {});
    const table = [`[[${matrix}]]`, ...lines.map(([name, value]) => `${name} = ${writeToml(value)}`)];
    const gap = text === "" || text.endsWith("\n") ? "" : end;
    const empty = heads.length > 0 && /\r?\n\r?\n/.test(text) ? end : "";
    edited.push(text + gap + empty + table.join(end) + end);
  } else {
    for (const [at, head] of heads.entries()) {
      const next = heads[at + 1]?.index ?? text.length;
      edited.push(text.slice(0, head.index) + text.slice(next));
    }
  }
  return edited.filter((one) => one !== null);
}

function writeToml(value: JsonValue): string {
  const { stringify }: typeof import("smol-toml") = createRequire(import.meta.url)("smol-toml");
  if (Array.isArray(value)) return `[${value.map(writeToml).join(", ")}]`;
  if (typeof value === "object" && value !== null) {
    return `{ ${Object.entries(value)
      .map(([name, one]) => `${name} = ${writeToml(one)}`)
      .join(", ")} }`;
  }
  return stringify({ x: value }).trim().replace(/^x = /, "");
}
