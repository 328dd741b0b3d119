/**
 * The memory in .migrator/ of runs of `apply` that found nothing to do: what tells that no file of the components was touched since,
 * and how the databases stood. Where both are the same, there is nothing to do again.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Config } from "../config/config.ts";
import { type Listing, listFolders, stampListing } from "../project/listing.ts";
import { racy, type Stamp, stampFile } from "../project/stamp.ts";
import { readStateFile, writeStateFile } from "../project/state-file.ts";
import type { TemplateValues } from "../project/template-services.ts";
import { sha256 } from "../project/text-file.ts";
import { untrackedFile } from "./untracked-file.ts";

const fileName = "settled-components";
const format = "migrator settled components 2";

/** Databases that are remembered at once: of a developer, of tests. */
const mostStates = 8;

export interface SettledComponents {
  /** What is below components/, and the hash of its stamps. */
  readonly listing: Listing;
  readonly files: string;
  /** Absolute paths of other files that count, whether they are there or not, and the hash of their stamps. */
  readonly others: readonly string[];
  readonly otherStamps: string;
  readonly components: number;
  /** What `readCatalogState` said of databases where nothing was to do, the newest first. */
  readonly states: readonly SettledState[];
}

export interface SettledState {
  readonly state: string;
  /** `digestOf` the migrations that the files had. */
  readonly migrations: string;
  readonly unchanged: number;
}

/** Whether anything is remembered. */
export function hasSettledComponents({ stateFolder }: Config): boolean {
  return existsSync(join(stateFolder, fileName));
}

/** Null where a file was touched, or anything else is not as it was. `tool` is the tool's version. */
export function recallComponents(
  config: Config,
  values: TemplateValues,
  tool: string,
): SettledComponents | null {
  const body = readStateFile(config.stateFolder, fileName, headOf(config, values, tool));
  if (body === undefined) return null;
  // The checksum and the head vouch for the form.
  const settled = JSON.parse(body.toString("utf8")) as SettledComponents;
  const same =
    stampListing(settled.listing)?.stamp === settled.files &&
    stampOthers(settled.others).stamp === settled.otherStamps;
  return same ? settled : null;
}

export interface Settling {
  readonly components: number;
  /** Absolute paths of what templates read outside of components/. */
  readonly reads: readonly string[];
  /** Null where something was done: the next run may find nothing to do. */
  readonly state: SettledState | null;
  /** When the first of the files was looked at, in milliseconds since 1970. */
  readonly lookedAt: number;
}

/** Nothing is remembered where a file was touched shortly before or since. */
export function rememberComponents(
  config: Config,
  values: TemplateValues,
  tool: string,
  { components, reads, state, lookedAt }: Settling,
): void {
  const others = [untrackedFile(config), ...reads];
  const listing = listFolders([config.componentsFolder]);
  const files = listing === null ? null : stampListing(listing);
  const ofOthers = stampOthers(others);
  if (listing === null || files === null || Math.max(files.touched, ofOthers.touched) >= lookedAt - racy)
    return;
  const before = recallComponents(config, values, tool);
  const known = before?.states ?? [];
  const states = state === null ? known : [state, ...known.filter((one) => one.state !== state.state)];
  const settled: SettledComponents = {
    listing,
    files: files.stamp,
    others,
    otherStamps: ofOthers.stamp,
    components,
    states: states.slice(0, mostStates),
  };
  const text = JSON.stringify(settled);
  if (text === JSON.stringify(before)) return;
  const head = headOf(config, values, tool);
  writeStateFile(config.stateFolder, fileName, head, Buffer.from(text), "the memory of the components");
}

/** All that the result depends on besides files and the database. */
function headOf(
  { root, project, ledgerSchema, componentsFolder, searchPath, env: declared }: Config,
  { variables, env }: TemplateValues,
  tool: string,
): string {
  const environment = declared.map((name) => [name, env[name] ?? null]);
  const all = [tool, root, project, ledgerSchema, componentsFolder, searchPath, variables, environment];
  return `${format} ${sha256(JSON.stringify(all))}`;
}

function stampOthers(paths: readonly string[]): Stamp {
  const stamps = paths.map((path) => stampFile(path));
  return {
    stamp: sha256(stamps.map((one) => one?.stamp ?? "").join("\n")),
    touched: Math.max(0, ...stamps.map((one) => one?.touched ?? 0)),
  };
}
