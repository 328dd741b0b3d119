/**
 * A new embedded database, kept as a tar file in the user's cache: running initdb takes seconds, unpacking the result
 * a quarter of one. The cache can be deleted at any time.
 */
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import type { PGlite, PGliteOptions } from "@electric-sql/pglite";

type CreatePGlite = (options: PGliteOptions) => Promise<PGlite>;

/** The version of PGlite whose files these are, as package.json pins it. */
export const PGLITE_VERSION = "0.5.16";

/** The data folder of a new database, as a tar file. */
export async function loadTemplate(create: CreatePGlite, options: PGliteOptions): Promise<Blob> {
  const folder = cacheFolder();
  const file = join(folder, `pglite-${PGLITE_VERSION}.tar`);
  const cached = await readIfThere(file);
  if (cached !== null) return new Blob([cached]);
  const database = await create(options);
  try {
    const template = await database.dumpDataDir("none");
    await keep(folder, file, template);
    return template;
  } finally {
    await database.close();
  }
}

/** Written beside and renamed, so that nobody reads half of it. Where nothing can be written, there is no cache. */
async function keep(folder: string, file: string, template: Blob): Promise<void> {
  const unfinished = `${file}.${process.pid}`;
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await writeFile(unfinished, template.stream(), { mode: 0o600 });
    await rename(unfinished, file);
  } catch {
    await rm(unfinished, { force: true });
  }
}

async function readIfThere(file: string): Promise<Buffer<ArrayBuffer> | null> {
  try {
    return await readFile(file);
  } catch {
    return null;
  }
}

/** As the system has it: a folder of the user alone, since what lies there becomes a database. */
function cacheFolder(): string {
  const { XDG_CACHE_HOME, LOCALAPPDATA } = process.env;
  if (XDG_CACHE_HOME) return join(XDG_CACHE_HOME, "migrator");
  if (process.platform === "win32" && LOCALAPPDATA) return join(LOCALAPPDATA, "migrator", "cache");
  if (process.platform === "darwin") return join(homedir(), "Library", "Caches", "migrator");
  return join(homedir(), ".cache", "migrator");
}
