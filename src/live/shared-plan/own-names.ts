/** What values call by names of their own: a text of one value's files is told from another's by them alone, or by more. */
import { compareText } from "../../../graph/compare.ts";
import { identifierOf, stringContent, tokensOf } from "../../sql/lexer.ts";
import type { MatrixScope } from "../../tenants/scope.ts";

export interface OwnName {
  /** Of the matrix; empty: the schema. */
  readonly variable: string;
  readonly name: string;
}

/** In an order that is the same for all values that have the same variables: the schema, then what variables say. */
export function ownNames({ schema, variables }: MatrixScope): readonly OwnName[] {
  const said = Object.keys(variables)
    .sort(compareText)
    .flatMap((variable): readonly OwnName[] => {
      const value = variables[variable];
      return typeof value === "string" && value !== "" ? [{ variable, name: value }] : [];
    });
  return schema === null || schema === "" ? said : [{ variable: "", name: schema }, ...said];
}

export interface NormalText {
  readonly said: string;
  /** Whether it holds one of the names. */
  readonly named: boolean;
}

/**
 * The tokens of a text of SQL, own names told by their variables where one is a whole identifier or a whole constant: equal for two
 * values where each text is the other's with its own names. `names`: as `ownNames`.
 */
export function normalText(text: string, names: readonly OwnName[]): NormalText {
  const variables = new Map<string, string>();
  // Two variables that say the same must do so for the other value too.
  for (const { variable, name } of names)
    variables.set(name, `${variables.get(name) ?? ""}${JSON.stringify(variable)}`);
  const said = tokensOf(text, 0, text.length).map((token): readonly string[] => {
    const written = text.slice(token.start, token.end);
    const own = variables.get(nameIn(text, token, written) ?? "");
    return own === undefined ? [written] : [token.kind === "string" ? "constant" : "identifier", own];
  });
  return { said: JSON.stringify(said), named: said.some(({ length }) => length === 2) };
}

function nameIn(text: string, token: ReturnType<typeof tokensOf>[number], written: string): string | null {
  if (token.kind === "word" || token.kind === "quoted identifier") return identifierOf(text, token);
  if (token.kind !== "string" || !/^['$]/.test(written)) return null;
  const { start, end } = stringContent(text, token);
  const content = text.slice(start, end);
  return written.startsWith("'") ? content.replaceAll("''", "'") : content;
}

/** Whether a text that a person reads may speak of one of these names; the schema is looked for by `namesSchema`. */
export function speaksOf(text: string, names: readonly OwnName[]): boolean {
  return names.some(({ variable, name }) => variable !== "" && hasWord(text, name));
}

function hasWord(text: string, name: string): boolean {
  for (let at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + 1)) {
    const [before, after] = [text[at - 1] ?? " ", text[at + name.length] ?? " "];
    if (!/\w/.test(before) && !/\w/.test(after)) return true;
  }
  return false;
}
