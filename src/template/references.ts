/** Which other files a template's text names, so that only those are handed to minijinja. */
import { lexTemplate, tagParts } from "./lexer.ts";

export interface TemplateReferences {
  /** Names written as text in include, import, from and extends. */
  readonly names: readonly string[];
  /** True where a name is computed: then any file may be meant. */
  readonly computed: boolean;
  /** Names that need not exist: `ignore missing`, or one of a list. */
  readonly optional: readonly string[];
  /** True where a name that need not exist is computed. */
  readonly computedOptional: boolean;
  /** Every word of its tags: among them the variables that it reads. */
  readonly words: ReadonlySet<string>;
}

const keyword = /^\{%[-+]?\s*(include|import|from|extends)\b/;

export function templateReferences(source: string): TemplateReferences {
  const names = new Set<string>();
  const optional = new Set<string>();
  let computed = false;
  let computedOptional = false;
  const words = new Set<string>();
  for (const token of lexTemplate(source)) {
    if (token.kind !== "block" && token.kind !== "expression") continue;
    for (const [word] of source.slice(token.start, token.end).matchAll(/[A-Za-z_]\w*/g)) words.add(word);
    if (token.kind !== "block") continue;
    const head = keyword.exec(source.slice(token.start, token.end));
    if (head === null) continue;
    const inside = { ...token, start: token.start + head[0].length - 2 };
    const literals: string[] = [];
    let rest = "";
    for (const part of tagParts(source, inside)) {
      const text = source.slice(part.start, part.end);
      if (part.string) {
        literals.push(literalText(text));
        rest += '""';
      } else rest += text;
    }
    const target = rest.replace(/\b(ignore\s+missing|with(out)?\s+context|import\b.*|as\b.*)/gs, "");
    const isComputed = literals.some((text) => text.includes("\\")) || /[A-Za-z_]/.test(target);
    const isOptional = head[1] === "include" && (/\bignore\s+missing\b/.test(rest) || target.includes("["));
    for (const literal of literals) {
      names.add(literal);
      if (isOptional) optional.add(literal);
    }
    computed ||= isComputed;
    computedOptional ||= isComputed && isOptional;
  }
  return { names: [...names], computed, optional: [...optional], computedOptional, words };
}

/** What a quoted name says. One with escapes that JSON does not know too keeps its backslashes, and counts as computed. */
function literalText(literal: string): string {
  const inside = literal.slice(1, -1);
  if (!literal.startsWith('"') || !inside.includes("\\")) return inside;
  try {
    return String(JSON.parse(literal));
  } catch (error) {
    if (error instanceof SyntaxError) return inside;
    throw error;
  }
}
