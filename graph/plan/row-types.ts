/** Follows row types: a column added to a view shows in every function that returns its rows and every view that holds one. */
import { isLiveRelation, isLiveRoutine, type LiveObject } from "../live.ts";
import { quoteName } from "../quote.ts";
import type { Pass } from "./pass.ts";

/** Remembers that the rows of this object have other columns than before. */
export function noteReshaped(pass: Pass, live: LiveObject): void {
  if (!isLiveRelation(live)) return;
  pass.reshaped.oids.add(live.oid);
  const name = quoteName(live.identity.schema, live.identity.name);
  pass.reshaped.types.add(name).add(`${name}[]`);
}

/** Whether rows of something reshaped come out of the object, as a result or in a column. */
export function carriesReshaped(pass: Pass, live: LiveObject): boolean {
  if (isLiveRoutine(live)) return live.rowTypes.some((oid) => pass.reshaped.oids.has(oid));
  return isLiveRelation(live) && live.columns.some((column) => pass.reshaped.types.has(column.type));
}
