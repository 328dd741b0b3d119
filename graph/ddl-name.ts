/** How an object is named behind ALTER, DROP and COMMENT ON. */
import { type Identity, isChild, isRelation } from "./identity.ts";
import { quoteIdentifier, quoteName } from "./quote.ts";

/** Without the kind's noun: `public.a`, `public.f(integer)`, `t ON public.a`. */
export function describeForDdl(identity: Identity): string {
  if (isRelation(identity)) return quoteName(identity.schema, identity.name);
  if (isChild(identity))
    return `${quoteIdentifier(identity.name)} ON ${quoteName(identity.schema, identity.relation)}`;
  return routineName(identity.schema, identity.name, identity.arguments);
}

/** As FUNCTION, PROCEDURE and ROUTINE take it. */
export function routineName(schema: string, name: string, types: readonly string[]): string {
  return `${quoteName(schema, name)}(${types.join(", ")})`;
}
