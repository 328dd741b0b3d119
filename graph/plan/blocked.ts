/** What cannot be looked at because something that it needs was refused. */
import type { Desired } from "../desired.ts";

/** The keys themselves, and those of all objects that need them. A body that names things when it runs needs nothing before. */
export function blockedBy(desired: Desired, failed: ReadonlySet<string>): ReadonlySet<string> {
  const blocked = new Set(failed);
  const waiting = [...failed];
  for (let key = waiting.pop(); key !== undefined; key = waiting.pop()) {
    for (const { from, strength } of desired.neededBy(key)) {
      const kind = desired.objects.get(from)?.parts.kind;
      if (blocked.has(from) || (strength === "soft" && (kind === "function" || kind === "procedure")))
        continue;
      blocked.add(from);
      waiting.push(from);
    }
  }
  return blocked;
}
