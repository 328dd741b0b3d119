/** Where the real schemas and the shapes lie: beside the repository, as they are third parties' and not part of it. */
import { existsSync } from "node:fs";
import { join } from "node:path";

const folder = join(import.meta.dirname, "..", "..", "..", "shared");

/** Null where this checkout has no such folder beside it. */
export function sharedFolder(name: "corpora" | "shapes"): string | null {
  const path = join(folder, name);
  return existsSync(path) ? path : null;
}

/** What to print where the folder is missing. */
export function missingReason(name: "corpora" | "shapes"): string {
  return `there is no ../shared/${name} beside the repository`;
}
