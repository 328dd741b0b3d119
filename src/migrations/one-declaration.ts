/** Takes one CREATE statement out of a component, for a step that makes or replaces that object alone. */
import { createStatement, type Definition, replaceStatement } from "../../graph/definition.ts";
import { MigratorError } from "../../graph/diagnostic.ts";
import { withoutData } from "../../graph/kinds/materialized-view.ts";
import { parseComponent } from "../sql/parse-component.ts";
import type { DeclarationForm } from "../template/services.ts";

/** `which` counts from 1, in the order of the text; null: the only one. `loadParser` must have been awaited. Throws a MigratorError. */
export function oneDeclaration(
  text: string,
  which: number | null,
  form: DeclarationForm,
  searchPath: readonly string[],
): string {
  const { parsed, mistakes } = parseComponent("", text, { searchPath });
  const [mistake] = mistakes;
  if (mistake !== undefined) throw wrong(mistake.message);
  const objects = [...parsed.objects].sort((a, b) => a.offset - b.offset);
  if (which === null && objects.length > 1)
    throw wrong(`the text has ${objects.length} CREATE statements`, `say which: {% filter ${form}(1) %}`);
  const declared = objects[(which ?? 1) - 1];
  if (declared === undefined) throw wrong(`the text has no CREATE statement number ${which ?? 1}`);
  return `${declarationStatement(declared, form)};\n`;
}

/** What a filter prints of an object, without the semicolon. */
export function declarationStatement(declared: Definition, form: DeclarationForm): string {
  switch (form) {
    case "create":
      return createStatement(declared);
    case "create_or_replace":
      return replaceStatement(declared);
    case "create_with_no_data":
      return createStatement(withoutData(declared));
  }
}

function wrong(message: string, fix = "see what the included component declares"): MigratorError {
  return new MigratorError([{ code: "template-error", message, fix }]);
}
