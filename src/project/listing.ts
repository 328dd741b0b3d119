/** What tells that nothing in some folders was touched, added or removed: the names and stamps of all files. */
import { type Dirent, readdirSync, statSync } from "node:fs";
import { isIgnored } from "./placement.ts";
import { type Stamp, stampFile, stampOf } from "./stamp.ts";
import { sha256 } from "./text-file.ts";

export interface ListingOptions {
  /** Names that are passed over, beside those that are ignored everywhere. */
  readonly isPassedOver?: (name: string) => boolean;
  /** What was moved in or out counts as a touch too, which the stamps of files do not show. */
  readonly withFolders?: boolean;
}

/** `folders`: absolute paths. Null where one cannot be listed, or a link leads into another folder. */
export function stampFolders(
  folders: readonly string[],
  { isPassedOver = () => false, withFolders = false }: ListingOptions = {},
): Stamp | null {
  const lines: string[] = [];
  let touched = 0;
  const list = (folder: string): boolean => {
    let entries: readonly Dirent[];
    try {
      if (withFolders) touched = Math.max(touched, stampOf(statSync(folder, { bigint: true })).touched);
      entries = readdirSync(folder, { withFileTypes: true });
    } catch {
      // The full look tells what is wrong with the folder.
      return false;
    }
    for (const entry of entries) {
      const { name } = entry;
      if (isIgnored(name) || isPassedOver(name)) continue;
      const path = `${folder}/${name}`;
      if (entry.isDirectory()) {
        lines.push(path);
        if (!list(path)) return false;
        continue;
      }
      // What a link leads to may be a folder.
      const stamp = entry.isFile() ? stampFile(path) : null;
      if (stamp === null) return false;
      lines.push(name, stamp.stamp);
      if (stamp.touched > touched) touched = stamp.touched;
    }
    return true;
  };
  return folders.every(list) ? { stamp: sha256(lines.join("\n")), touched } : null;
}
