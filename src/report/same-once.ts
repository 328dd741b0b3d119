/** The failures of many values of a matrix: what many fail with stands there once. */
import type { Diagnostic } from "../../graph/diagnostic.ts";
import type { FailedScope } from "../tenants/stages-result.ts";

/** Failures that are shown with their places; each value has its line in any case. */
const mostShown = 10;

/** What many values fail with stands there once. */
export function sameOnce(failed: readonly FailedScope[]): readonly Diagnostic[] {
  const same = new Map<
    string,
    { readonly diagnostic: Omit<Diagnostic, "scope">; readonly scopes: string[] }
  >();
  for (const { scope, diagnostics } of failed) {
    for (const { scope: _, ...diagnostic } of diagnostics as readonly Diagnostic[]) {
      const key = JSON.stringify(diagnostic);
      const found = same.get(key) ?? { diagnostic, scopes: [] };
      found.scopes.push(scope);
      same.set(key, found);
    }
  }
  return [...same.values()].slice(0, mostShown).map(({ diagnostic, scopes }) => {
    const [first = "", ...others] = scopes;
    const whom = others.length === 0 ? first : `${first} and ${others.length} more`;
    return { ...diagnostic, message: `${whom}: ${diagnostic.message}` };
  });
}
