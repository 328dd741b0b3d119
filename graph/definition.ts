/** A CREATE statement with the places in it that the planner rewrites: its name and OR REPLACE. */
import type { Span, StatementParts } from "./declared.ts";
import { type Identity, isChild } from "./identity.ts";
import { quoteIdentifier, quoteName } from "./quote.ts";

export interface Definition {
  readonly identity: Identity;
  readonly sql: string;
  readonly name: Span;
  readonly orReplace: Span | null;
  readonly parts: StatementParts;
}

/** The statement without OR REPLACE: it fails where the object exists. `as` creates it under another name. */
export function createStatement(definition: Definition, as?: string): string {
  return rewrite(definition, "", as);
}

/** The statement with OR REPLACE. */
export function replaceStatement(definition: Definition): string {
  return rewrite(definition, "OR REPLACE ", undefined);
}

/** Where the name ends in a statement that was made of the definition: behind it both texts are the same. */
export function emittedNameEnd(definition: Definition, emitted: string): number {
  for (const orReplace of ["", "OR REPLACE "]) {
    const head = unixLineEnds(definition, headOf(definition, orReplace)) + ownName(definition, undefined);
    if (emitted.startsWith(head)) return head.length;
  }
  return definition.name.end;
}

function rewrite(definition: Definition, orReplace: string, as: string | undefined): string {
  const tail = definition.sql.slice(definition.name.end);
  // The name itself is kept to the letter: it may hold a line end.
  return (
    unixLineEnds(definition, headOf(definition, orReplace)) +
    ownName(definition, as) +
    unixLineEnds(definition, tail)
  );
}

/** Every CREATE statement begins with that word; what follows may be a comment that must stay apart from it. */
function headOf({ sql, name, orReplace: span }: Definition, orReplace: string): string {
  const keyword = span?.end ?? "create".length;
  return `${sql.slice(0, "create".length)} ${orReplace}${sql.slice(keyword, name.start).trimStart()}`;
}

function ownName({ identity }: Definition, as: string | undefined): string {
  return isChild(identity)
    ? quoteIdentifier(as ?? identity.name)
    : quoteName(identity.schema, as ?? identity.name);
}

/** The same body whichever line ends a checkout has: PostgreSQL keeps a quoted body to the letter. */
function unixLineEnds({ parts }: Definition, statement: string): string {
  return parts.kind === "function" || parts.kind === "procedure"
    ? statement.replaceAll("\r\n", "\n")
    : statement;
}
