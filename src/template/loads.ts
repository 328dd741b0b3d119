/**
 * Finds where a tag reads a variable. minijinja's strict mode lets many uses of an undefined name pass (`nope ~ "x"`,
 * `nope | upper`, `nope == 1`), so the tool asks for each one itself.
 */
import { type TemplateToken, tagParts } from "./lexer.ts";

/** A name with its attributes, `a.b.c`, as it stands in the source. */
export interface VariableLoad {
  readonly path: string;
  readonly start: number;
  readonly end: number;
  /**
   * The end of the load with its subscripts, where the tag computes with the value and does not only print it or hand it on;
   * null where it does not.
   */
  readonly computedEnd: number | null;
}

interface Word {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

const wordPattern = /[A-Za-z_]\w*(?:\s*\.\s*[A-Za-z_]\w*)*|\d[\w.]*|==|\S/g;
const keywords = new Set(
  "and or not in is if else elif recursive true false none True False None loop self super caller".split(" "),
);
/** Tags whose inside is, from some point on, nothing but expressions. */
const expressionTags = new Set(["if", "elif", "set", "for", "with", "do"]);

/** The variables that a tag reads and that must be defined: not those that it asks `is defined` or gives a default. */
export function variableLoads(source: string, token: TemplateToken): readonly VariableLoad[] {
  const words = tagWords(source, token);
  const loads: VariableLoad[] = [];
  for (let index = firstExpression(words, token); index < words.length; index++) {
    const word = words[index];
    if (word === undefined || !/^[A-Za-z_]/.test(word.text)) continue;
    const root = word.text.split(".", 1)[0]?.trim() ?? "";
    if (keywords.has(root) || isNamed(words, index) || mayBeUndefined(words, index)) continue;
    const path = word.text.replaceAll(/\s/g, "");
    loads.push({ path, start: word.start, end: word.end, computedEnd: computedEnd(words, index) });
  }
  return loads;
}

function tagWords(source: string, token: TemplateToken): readonly Word[] {
  return tagParts(source, token).flatMap((part) => {
    const text = source.slice(part.start, part.end);
    if (part.string) return [{ text: '"', start: part.start, end: part.end }];
    return Array.from(text.matchAll(wordPattern), (match) => ({
      text: match[0],
      start: part.start + match.index,
      end: part.start + match.index + match[0].length,
    }));
  });
}

/** The index of the first word of the tag's expressions; the number of words where it has none. */
function firstExpression(words: readonly Word[], token: TemplateToken): number {
  if (token.kind === "expression") return 0;
  const head = words[0]?.text === "-" || words[0]?.text === "+" ? 1 : 0;
  const tag = words[head]?.text ?? "";
  if (!expressionTags.has(tag)) return words.length;
  const opener = tag === "set" ? "=" : tag === "for" ? "in" : tag;
  const found = words.findIndex((word, index) => index >= head && word.text === opener);
  return found === -1 ? words.length : found + 1;
}

/** True for the name of a filter, a test, an attribute, a keyword argument, or what is called. */
function isNamed(words: readonly Word[], index: number): boolean {
  const before = words[index - 1]?.text;
  const after = words[index + 1]?.text;
  if (before === "|" || before === "." || before === "is") return true;
  if (before === "not" && words[index - 2]?.text === "is") return true;
  return after === "(" || after === "=";
}

function mayBeUndefined(words: readonly Word[], index: number): boolean {
  const [first, second, third] = [1, 2, 3].map((distance) => words[index + distance]?.text);
  if (first === "|") return second === "default" || second === "d";
  if (first !== "is") return false;
  const asked = second === "not" ? third : second;
  return asked === "defined" || asked === "undefined";
}

const handedOnBehind = new Set(["(", ",", "[", ":", "=", "else", "in"]);
const handedOnBefore = new Set([")", ",", "]", "}", "if", "else"]);
/** Filters that know what a secret is. */
const knowing = new Set(["ident", "literal", "json", "tojson", "raw", "safe", "sha256", "default", "d"]);

function computedEnd(words: readonly Word[], index: number): number | null {
  const last = subscriptsEnd(words, index);
  const end = words[last]?.end ?? 0;
  let from = index;
  let to = last;
  // Parentheses around it change nothing.
  while (words[from - 1]?.text === "(" && words[to + 1]?.text === ")" && !isCalled(words, from - 1)) {
    from--;
    to++;
  }
  const [first, second, third] = [1, 2, 3].map((distance) => words[to + distance]?.text);
  if (first === "is" && (second === "none" || (second === "not" && third === "none"))) return null;
  if (isCondition(words)) return end;
  const before = words[from - 1]?.text;
  const isFirst = before === undefined || (/^[-+]$/.test(before) && from === 1);
  if (!isFirst && !handedOnBehind.has(before ?? "")) return end;
  if (first === "|") return knowing.has(second ?? "") ? null : end;
  // The last word of a tag may be the sign that trims white space.
  if ((first === "-" || first === "+") && second === undefined) return null;
  return first === undefined || handedOnBefore.has(first) ? null : end;
}

/** The index of the last word of `a.b[…].c[…]`. */
function subscriptsEnd(words: readonly Word[], index: number): number {
  let last = index;
  while (words[last + 1]?.text === "[") {
    let depth = 0;
    let at = last + 1;
    for (; at < words.length; at++) {
      const text = words[at]?.text;
      if (text === "[") depth++;
      if (text === "]" && --depth === 0) break;
    }
    if (at === words.length) return last;
    last = at;
    while (words[last + 1]?.text === "." && /^[A-Za-z_]/.test(words[last + 2]?.text ?? "")) last += 2;
  }
  return last;
}

/** True for a parenthesis that begins arguments. */
function isCalled(words: readonly Word[], index: number): boolean {
  const before = words[index - 1]?.text ?? "";
  return before === ")" || before === "]" || (/^[A-Za-z_]/.test(before) && !keywords.has(before));
}

function isCondition(words: readonly Word[]): boolean {
  const head = words[0]?.text === "-" || words[0]?.text === "+" ? 1 : 0;
  return words[head]?.text === "if" || words[head]?.text === "elif";
}
