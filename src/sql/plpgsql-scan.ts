/** The names in a PL/pgSQL body that its parser cannot read, taken from the tokens: more than it needs, never less. */
import type { Reference } from "../../graph/reference.ts";
import { reservedWords } from "../../graph/reserved-words.ts";
import { referenceCollector } from "../../graph/syntax/collect-references.ts";
import { namePair } from "../../graph/syntax/syntax-tree.ts";
import type { BodyText } from "./body-text.ts";
import { identifierOf, isToken, type Token, tokensOf } from "./lexer.ts";

/** Each name once: a routine where it is called, else a relation or its row type. All are soft. */
export function scanNames(body: BodyText, searchPath: readonly string[] | undefined): readonly Reference[] {
  const { text } = body;
  const references = referenceCollector({ strength: "soft", toOffset: body.toComponent, searchPath });
  const seen = new Set<string>();
  const tokens = tokensOf(text, 0, text.length);
  let before: Token | undefined;
  for (let i = 0; i < tokens.length; ) {
    const chain = chainAt(text, tokens, i);
    const first = chain[0];
    if (first === undefined) {
      before = tokens[i];
      i++;
      continue;
    }
    i += chain.length * 2 - 1;
    const names = chain.map((token) => identifierOf(text, token));
    const called = isToken(text, tokens[i], "(") && !isToken(text, before, "into");
    before = chain.at(-1);
    if (chain.length === 1 && first.kind === "word" && reservedWords.has(names[0] ?? "")) continue;
    const key = JSON.stringify([called, ...names]);
    if (seen.has(key)) continue;
    seen.add(key);
    const relation = namePair(names.slice(0, 2));
    if (called) references.routine(names, null, first.start);
    else if (relation !== null) references.relation(relation, first.start);
  }
  return references.finish();
}

/** The tokens of the identifiers of the qualified name that begins here. */
function chainAt(text: string, tokens: readonly Token[], from: number): readonly Token[] {
  const chain: Token[] = [];
  for (let i = from; ; i += 2) {
    const token = tokens[i];
    if (token === undefined || (token.kind !== "word" && token.kind !== "quoted identifier")) return chain;
    chain.push(token);
    if (!isToken(text, tokens[i + 1], ".")) return chain;
  }
}
