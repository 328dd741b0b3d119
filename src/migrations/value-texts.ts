/**
 * What differs by the value of a matrix in statements that hang on objects (a comment, a grant to a tenant's role), as a template says it. It is
 * found by parsing the components once more for a value whose texts are marks.
 */
import { identityKey } from "../../graph/identity.ts";
import { quoteLiteral } from "../../graph/quote.ts";
import type { FileSet } from "../live/workspace.ts";
import type { MatrixScope } from "../tenants/scope.ts";

const markStart = "migrator_value_of_";
const mark = /migrator_value_of_([A-Za-z_]\w*?)_end/;

/** The same value with a mark in the place of each text that it has beside its schema. */
export function marked(scope: MatrixScope): MatrixScope {
  const variables = Object.entries(scope.variables).map(([name, value]) => [
    name,
    typeof value === "string" && name !== "schema" && value !== scope.schema
      ? `${markStart}${name}_end`
      : value,
  ]);
  return { ...scope, variables: Object.fromEntries(variables) };
}

/** The templates of those statements, by the statements as they are for the value itself. */
export function valueTexts(own: FileSet, marks: FileSet): ReadonlyMap<string, string> {
  const texts = new Map<string, string>();
  const objectsOf = ({ components }: FileSet) =>
    new Map(
      components.flatMap(({ component, facts }) =>
        facts.parsed.objects.map(
          (object) => [`${component} ${identityKey(object.identity)}`, object] as const,
        ),
      ),
    );
  const marking = objectsOf(marks);
  const add = (sql: string | null, with_: string | null | undefined): void => {
    if (sql !== null && with_ && sql !== with_) texts.set(sql, with_);
  };
  for (const [key, { attachments }] of objectsOf(own)) {
    const others = marking.get(key)?.attachments ?? [];
    // A value decides what there is: the statements do not go together.
    if (others.length !== attachments.length) continue;
    for (const [index, { sql, undo, kind }] of attachments.entries()) {
      const other = others[index];
      if (other?.kind !== kind) continue;
      add(sql, other.sql);
      add(undo, other.undo);
    }
  }
  return texts;
}

/** A statement with marks as a template: a mark alone is an identifier, one in a string makes the string an expression. */
export function templateOfMarks(sql: string, raw: (text: string) => string): string {
  return sql
    .split(/('(?:[^']|'')*')/)
    .map((piece, index) => {
      if (!mark.test(piece)) return raw(piece);
      const parts = piece.split(new RegExp(mark, "g"));
      if (index % 2 === 0)
        return parts.map((part, i) => (i % 2 === 0 ? raw(part) : `{{ ${part} | ident }}`)).join("");
      const said = piece.slice(1, -1).replaceAll("''", "'").split(new RegExp(mark, "g"));
      const texts = said.flatMap((part, i) =>
        i % 2 === 1 ? [part] : part === "" ? [] : [JSON.stringify(part)],
      );
      return `{{ ${texts.join(" ~ ")} }}`;
    })
    .join("");
}

/** Names of texts of the value that stand in a script all the same. */
export function textsLeft(script: string, { variables, schema }: MatrixScope): readonly string[] {
  return Object.entries(variables).flatMap(([name, value]) =>
    typeof value === "string" && value !== schema && value.length > 1 && script.includes(quoteLiteral(value))
      ? [name]
      : [],
  );
}
