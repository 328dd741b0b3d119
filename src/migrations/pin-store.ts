/** The store of a module: files as they were, each under its sha256 (`pinned_components/c8/c8fa…`). */
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type Diagnostic, MigratorError } from "../../graph/diagnostic.ts";
import type { Config } from "../config/config.ts";
import { fileProblem } from "../config/read-text.ts";
import { shownPath } from "../project/scan.ts";
import { sha256 } from "../project/text-file.ts";

const folderName = "pinned_components";

/** The store of the module in this folder. */
export function storeOf(moduleFolder: string): string {
  return join(moduleFolder, folderName);
}

export function isStore(name: string): boolean {
  return name === folderName;
}

export function storedPath(store: string, hash: string): string {
  return join(store, hash.slice(0, 2), hash);
}

/** Puts content into the store and returns its hash. Written beside and renamed: nobody reads half of it. */
export function storeContent(store: string, bytes: Uint8Array): string {
  const hash = sha256(bytes);
  const path = storedPath(store, hash);
  if (existsSync(path) && sha256(readFileSync(path)) === hash) return hash;
  mkdirSync(dirname(path), { recursive: true });
  const unfinished = `${path}.${process.pid}.tmp`;
  try {
    writeFileSync(unfinished, bytes);
    renameSync(unfinished, path);
  } finally {
    rmSync(unfinished, { force: true });
  }
  return hash;
}

/** What is pinned under a hash; it is checked. Throws a MigratorError with code `pin`. `name` is what it is pinned as. */
export function readStored(config: Config, store: string, hash: string, name: string): Uint8Array {
  const found = lookUp(config, store, hash, name);
  if (found.kind === "mistake") throw new MigratorError([found.mistake]);
  return found.bytes;
}

export type Stored =
  | { readonly kind: "content"; readonly bytes: Uint8Array }
  | { readonly kind: "mistake"; readonly mistake: Diagnostic };

export function lookUp(config: Config, store: string, hash: string, name: string): Stored {
  const path = storedPath(store, hash);
  const file = shownPath(config, path);
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    const gone = error instanceof Error && "code" in error && error.code === "ENOENT";
    const mistake: Diagnostic = gone
      ? {
          code: "pin",
          message: `${name} is pinned, and what it was is missing from the store`,
          file,
          fix: "bring the file back from version control, or pin the migration again if it is not applied anywhere",
        }
      : fileProblem(file, error);
    return { kind: "mistake", mistake };
  }
  if (sha256(bytes) === hash) return { kind: "content", bytes };
  const lines = bytes.includes("\r\n") ? "; line ends may have been changed: see .gitattributes" : "";
  const mistake: Diagnostic = {
    code: "pin",
    message: `${name} is pinned, and what lies in the store under its hash was altered${lines}`,
    file,
    fix: "bring the file back from version control",
  };
  return { kind: "mistake", mistake };
}

/** The hashes in a store, and files that are none of it. Empty where there is no store. */
export function listStore(store: string): {
  readonly hashes: readonly string[];
  readonly strange: readonly string[];
} {
  const hashes: string[] = [];
  const strange: string[] = [];
  if (!existsSync(store)) return { hashes, strange };
  for (const entry of readdirSync(store, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    if (/^[0-9a-f]{64}$/.test(entry.name) && path === storedPath(store, entry.name)) hashes.push(entry.name);
    else strange.push(path);
  }
  return { hashes: hashes.sort(), strange: strange.sort() };
}
