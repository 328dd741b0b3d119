/** Which names a tenant's schema can have. */

/** What is wrong with it, and what to do; undefined where it is sound. PostgreSQL cuts names at 63 bytes (NAMEDATALEN). */
export function schemaProblem(
  schema: string,
  ledgerSchema: string,
): readonly [message: string, fix: string] | undefined {
  const shown = JSON.stringify(schema);
  const other = 'name another in its member "schema"';
  if (schema === "") return ["its schema is empty", 'give it a name in its member "schema"'];
  if (schema.includes("\0")) return ["its schema holds a NUL character", other];
  if (Buffer.byteLength(schema) > 63) return [`its schema ${shown} is longer than 63 bytes`, other];
  if (schema.startsWith("pg_")) return [`its schema ${shown} begins with pg_, as PostgreSQL's own do`, other];
  if (schema === "information_schema") return [`its schema is PostgreSQL's own ${shown}`, other];
  if (schema === "$user")
    return ['its schema "$user" means the role\'s own in a search path, also in quotes', other];
  if (schema === ledgerSchema) return [`its schema ${shown} is the ledger's`, other];
  return undefined;
}
