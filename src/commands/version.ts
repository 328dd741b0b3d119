/** The tool's version, from its package.json. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** Beside dist/ in the published package, two folders up in the source tree. */
function readVersion(): string {
  for (const path of ["../package.json", "../../package.json"]) {
    try {
      const text = readFileSync(fileURLToPath(new URL(path, import.meta.url)), "utf8");
      const found = JSON.parse(text) as { readonly name?: string; readonly version?: string };
      if (found.name === "migrator" && found.version !== undefined) return found.version;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    }
  }
  return "0.0.0";
}

export const version = readVersion();
