/** Which values of a matrix a command works on: `--only`, `--except`, `--shard`, `--canary`. */
import { createHash } from "node:crypto";
import { type Diagnostic, MigratorError } from "../../graph/diagnostic.ts";
import { suggestWord } from "../config/nearest.ts";
import { isPattern, matcher } from "./pattern.ts";
import type { MatrixScope } from "./scope.ts";

export interface ScopeSelection {
  /** Keys, patterns with `*` and `?`, and lists of these with commas. */
  readonly only?: readonly string[] | undefined;
  readonly except?: readonly string[] | undefined;
  /** `2/8`: the second of eight parts. */
  readonly shard?: string | undefined;
  /** Keys that go before all others. */
  readonly canary?: readonly string[] | undefined;
}

export interface SelectedScopes {
  /** They go first; where one fails, the others are not begun. */
  readonly canary: readonly MatrixScope[];
  readonly others: readonly MatrixScope[];
}

/**
 * Both lists keep the order of `scopes`. Throws a MigratorError (exit code 2) for keys and patterns that fit no value. A
 * value's shard follows from its key alone: one that is added moves no other.
 */
export function selectScopes(
  scopes: readonly MatrixScope[],
  { only, except, shard, canary }: ScopeSelection,
): SelectedScopes {
  const mistakes: Diagnostic[] = [];
  const wanted = only === undefined ? null : keysOf(scopes, only, "--only", mistakes);
  const unwanted = keysOf(scopes, except ?? [], "--except", mistakes);
  const first = keysOf(scopes, canary ?? [], "--canary", mistakes);
  const inShard = shard === undefined ? () => true : shardOf(shard, mistakes);
  if (mistakes.length > 0) throw new MigratorError(mistakes, 2);
  const selected = scopes.filter(
    ({ key }) => (wanted === null || wanted.has(key)) && !unwanted.has(key) && inShard(key),
  );
  return {
    canary: selected.filter(({ key }) => first.has(key)),
    others: selected.filter(({ key }) => !first.has(key)),
  };
}

/** A key may itself hold commas and stars: what is one as a whole is meant so. */
function keysOf(
  scopes: readonly MatrixScope[],
  given: readonly string[],
  option: string,
  mistakes: Diagnostic[],
): ReadonlySet<string> {
  const known = new Set(scopes.map(({ key }) => key));
  const found = new Set<string>();
  for (const word of given.flatMap((text) => (known.has(text) ? [text] : text.split(",")))) {
    const matches = isPattern(word) && !known.has(word) ? matcher(word) : (key: string) => key === word;
    const fitting = scopes.filter(({ key }) => matches(key));
    for (const { key } of fitting) found.add(key);
    if (fitting.length > 0) continue;
    const [matrix = "tenant"] = scopes.map((scope) => scope.matrix);
    const message = `${option}: no ${matrix} ${isPattern(word) ? "fits" : "is called"} ${JSON.stringify(word)}`;
    mistakes.push({ code: "usage", message, fix: suggestKey(word, [...known]) });
  }
  return found;
}

/** The list of all is for few. */
export function suggestKey(word: string, known: readonly string[]): string {
  const suggestion = suggestWord(word, known);
  if (suggestion.startsWith("did you mean") || known.length <= 20) return suggestion;
  return `see migrator tenant list (${known.length} values)`;
}

function shardOf(text: string, mistakes: Diagnostic[]): (key: string) => boolean {
  const [, number = "", count = ""] = /^(\d{1,6})\/(\d{1,6})$/.exec(text) ?? [];
  const [which, all] = [Number(number), Number(count)];
  if (which < 1 || which > all) {
    const fix = "write --shard 2/8: the second of eight parts";
    mistakes.push({ code: "usage", message: `--shard ${text} is no part of a whole`, fix });
  }
  return (key) => hash(key) % all === which - 1;
}

function hash(key: string): number {
  return createHash("sha256").update(key).digest().readUInt32BE(0);
}
