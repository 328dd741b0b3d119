/** Row security policies. ALTER POLICY changes roles and expressions in place; command and permissiveness are fixed. */
import { createStatement, type Definition } from "../definition.ts";
import { isChild } from "../identity.ts";
import type { LiveObject } from "../live.ts";
import { quoteIdentifier, quoteName } from "../quote.ts";
import type { KindRules } from "./kind-rules.ts";

export const policy: KindRules = {
  noun: "POLICY",
  grantNoun: null,
  replace: alterPolicy,
  shapeRefusals: new Set(),
  setAside: false,
  create: (definition, as) => [createStatement(definition, as)],
};

function alterPolicy(definition: Definition, live: LiveObject): readonly string[] | null {
  const wanted = definition.parts;
  const present = live.definition.parts;
  const { identity } = definition;
  if (wanted.kind !== "policy" || present.kind !== "policy" || !isChild(identity)) return null;
  if (wanted.command !== present.command || wanted.permissive !== present.permissive) return null;
  // ALTER POLICY can change an expression and cannot remove one.
  if ((wanted.using === null && present.using !== null) || (wanted.check === null && present.check !== null))
    return null;
  const text = (span: { readonly start: number; readonly end: number }) =>
    definition.sql.slice(span.start, span.end);
  const parts = [
    `ALTER POLICY ${quoteIdentifier(identity.name)} ON ${quoteName(identity.schema, identity.relation)}`,
    `TO ${wanted.roles === null ? "PUBLIC" : text(wanted.roles)}`,
  ];
  // The line breaks end `--` comments inside the expressions.
  if (wanted.using !== null) parts.push(`USING (${text(wanted.using)}\n)`);
  if (wanted.check !== null) parts.push(`WITH CHECK (${text(wanted.check)}\n)`);
  return [parts.join(" ")];
}
