/** An identity as the columns of the ledger hold it; `identityFromColumns` reads it back. */
import { type Identity, isChild, isRoutine } from "../../graph/identity.ts";

export function columnsOf(identity: Identity) {
  return {
    kind: identity.kind,
    schema: identity.schema,
    relation: isChild(identity) ? identity.relation : "",
    name: identity.name,
    arguments: isRoutine(identity) ? identity.arguments : [],
  };
}
