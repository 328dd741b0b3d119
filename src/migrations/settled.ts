/**
 * The memory in .migrator/ of all migrations together: what the ledger of a database says that has exactly these, and what
 * tells that no file of them was touched since. For the run that finds nothing to do, the most frequent one.
 */
import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Config, Variables } from "../config/config.ts";
import { type Listing, listFolders, stampListing, stampListingAside } from "../project/listing.ts";
import { racy, type Stamp, stampFile } from "../project/stamp.ts";
import { readStateFile, writeStateFile } from "../project/state-file.ts";
import { sha256 } from "../project/text-file.ts";
import { isStore, storedPath } from "./pin-store.ts";

const fileName = "settled-migrations";
const format = "migrator settled migrations 3";

interface Settled {
  /** What the modules' folders hold but their stores, and the hash of its stamps. */
  readonly listing: Listing;
  readonly files: string;
  /** The files of the stores that were read, and the hash of their stamps. */
  readonly stored: readonly (readonly [store: string, hash: string])[];
  readonly storedStamps: string;
  readonly ledger: SettledLedger;
}

/** What the ledger says of a database that has all of them and no others. */
export interface SettledLedger {
  /** `digestOf`. */
  readonly digest: string;
  /** `partKey` of what baselines stand for. */
  readonly replaced: readonly string[];
}

/** What is remembered, and whether it still holds for the files. */
export interface Recalled {
  readonly ledger: SettledLedger;
  /** False where a file was touched. Leaves time for answers of the server. */
  readonly isUntouched: () => Promise<boolean>;
}

/** Null where nothing is remembered, or anything but the files is not as it was. */
export function recallSettled(config: Config, variables: Variables, tool: string): Recalled | null {
  const body = readStateFile(config.stateFolder, fileName, headOf(config, variables, tool));
  if (body === undefined) {
    forget(config);
    return null;
  }
  // The checksum and the head vouch for the form.
  const settled = JSON.parse(body.toString("utf8")) as Settled;
  return {
    ledger: settled.ledger,
    isUntouched: async () => {
      const same =
        (await stampListingAside(settled.listing))?.stamp === settled.files &&
        stampStored(settled.stored)?.stamp === settled.storedStamps;
      if (!same) forget(config);
      return same;
    },
  };
}

/** So that it is written anew when they were all built again. */
function forget({ stateFolder }: Config): void {
  rmSync(join(stateFolder, fileName), { force: true });
}

/** Whether anything is remembered. */
export function isSettled({ stateFolder }: Config): boolean {
  return existsSync(join(stateFolder, fileName));
}

/**
 * Remembers that all migrations were built, put in order, and are what `ledger` says; `lookedAt` (milliseconds since 1970) is when
 * the first of their files was looked at. Nothing is remembered where one was touched shortly before or since.
 */
export function rememberSettled(
  config: Config,
  variables: Variables,
  tool: string,
  stored: Settled["stored"],
  ledger: SettledLedger,
  lookedAt: number,
): void {
  const listing = listFolders(
    config.modules.map(({ folder }) => folder),
    isStore,
  );
  const files = listing === null ? null : stampListing(listing);
  const ofStore = stampStored(stored);
  if (
    listing === null ||
    files === null ||
    ofStore === null ||
    Math.max(files.touched, ofStore.touched) >= lookedAt - racy
  )
    return;
  const settled: Settled = { listing, files: files.stamp, stored, storedStamps: ofStore.stamp, ledger };
  const head = headOf(config, variables, tool);
  writeStateFile(
    config.stateFolder,
    fileName,
    head,
    Buffer.from(JSON.stringify(settled)),
    "the memory of the migrations",
  );
}

/** With other modules, variables (a template may ask whether there is one) or another tool they may be built otherwise. */
function headOf(
  { root, modules, componentsFolder, searchPath }: Config,
  variables: Variables,
  tool: string,
): string {
  return `${format} ${sha256(JSON.stringify([tool, root, componentsFolder, modules, searchPath, variables]))}`;
}

function stampStored(stored: Settled["stored"]): Stamp | null {
  const lines: string[] = [];
  let touched = 0;
  for (const [store, hash] of stored) {
    const stamp = stampFile(storedPath(store, hash));
    if (stamp === null) return null;
    lines.push(stamp.stamp);
    touched = Math.max(touched, stamp.touched);
  }
  return { stamp: sha256(lines.join("\n")), touched };
}
