/** A live object as one text, to see whether a statement changed anything. */
import type { LiveObject } from "../live.ts";

const unseen: ReadonlySet<string> = new Set(["oid", "rows", "bytes", "populated", "copies"]);

/** Everything that is seen of the object; which grant came first is no difference. */
export function comparable(live: LiveObject): string {
  return JSON.stringify(live, (key, value: unknown) => {
    if (unseen.has(key)) return undefined;
    if ((key === "grants" || key === "options") && Array.isArray(value))
      return value.map((one) => JSON.stringify(one)).sort();
    return value;
  });
}
