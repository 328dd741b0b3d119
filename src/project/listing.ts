/** What tells that nothing in some folders was touched, added or removed: the stamps of all their folders and files. */
import { type Dirent, readdirSync, statSync } from "node:fs";
import { isIgnored } from "./placement.ts";
import type { Stamp } from "./stamp.ts";
import { sha256 } from "./text-file.ts";

/** Each folder, and the names of the files in it. */
export type Listing = readonly (readonly [folder: string, files: readonly string[]])[];

/**
 * `folders`: absolute paths; names of which `isPassedOver` is true count as little as those that are ignored everywhere. Null where one
 * cannot be listed, or a link leads elsewhere.
 */
export function listFolders(
  folders: readonly string[],
  isPassedOver: (name: string) => boolean = () => false,
): Listing | null {
  const listing: (readonly [string, readonly string[]])[] = [];
  const list = (folder: string): boolean => {
    let entries: readonly Dirent[];
    try {
      entries = readdirSync(folder, { withFileTypes: true });
    } catch {
      // The full look tells what is wrong with the folder.
      return false;
    }
    const seen = entries.filter(({ name }) => !isIgnored(name) && !isPassedOver(name));
    if (!seen.every((entry) => entry.isFile() || entry.isDirectory())) return false;
    listing.push([folder, seen.filter((entry) => entry.isFile()).map(({ name }) => name)]);
    return seen.filter((entry) => entry.isDirectory()).every(({ name }) => list(`${folder}/${name}`));
  };
  return folders.every(list) ? listing : null;
}

/** A folder's times change with any name in it: where the stamp is the same, so are the names. Null where something is gone. */
export function stampListing(listing: Listing): Stamp | null {
  const steps = stamping(listing);
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
  }
}

/** The same, with pauses in which this process can go on with something else. */
export async function stampListingAside(listing: Listing): Promise<Stamp | null> {
  const steps = stamping(listing);
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

const foldersAtOnce = 100;

function* stamping(listing: Listing): Generator<void, Stamp | null> {
  // As numbers: there may be thousands, and this is most of what a run with nothing to do works.
  const numbers = new BigInt64Array(4 * listing.reduce((sum, [, files]) => sum + 1 + files.length, 0));
  let at = 0;
  let touched = 0n;
  const add = (path: string, isFolder: boolean): boolean => {
    const stats = statSync(path, { bigint: true, throwIfNoEntry: false });
    if (stats === undefined || !(isFolder ? stats.isDirectory() : stats.isFile())) return false;
    const { size, mtimeNs, ctimeNs, ino } = stats;
    numbers[at++] = size;
    numbers[at++] = mtimeNs;
    numbers[at++] = ctimeNs;
    numbers[at++] = ino;
    if (mtimeNs > touched) touched = mtimeNs;
    if (ctimeNs > touched) touched = ctimeNs;
    return true;
  };
  for (const [index, [folder, files]] of listing.entries()) {
    if (index > 0 && index % foldersAtOnce === 0) yield;
    if (!add(folder, true)) return null;
    for (const name of files) if (!add(`${folder}/${name}`, false)) return null;
  }
  return { stamp: sha256(Buffer.from(numbers.buffer)), touched: Number(touched / 1_000_000n) };
}
