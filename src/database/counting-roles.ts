/** Which roles a comparison of databases is about: those of a server are everybody's, and come and go meanwhile. */
import { quoteIdentifier, quoteLiteral } from "../../graph/quote.ts";
import type { Database } from "./database.ts";

/** What follows a role's name in a query: true for all but PostgreSQL's own. */
const everyRole = "!~ '^pg_'";

/** Of the embedded database all; of a server those that one of the texts names. */
export async function countingRoles(database: Database, texts: readonly string[]): Promise<string> {
  if (database.embedded) return everyRole;
  const roles = await database.query<{ name: string }>("select rolname::text as name from pg_roles");
  const lower = texts.map((text) => text.toLowerCase());
  const named = roles.filter(({ name }) =>
    [name, quoteIdentifier(name)].some((one) => lower.some((text) => text.includes(one.toLowerCase()))),
  );
  return `= any (array[${named.map(({ name }) => quoteLiteral(name)).join(", ")}]::text[])`;
}
