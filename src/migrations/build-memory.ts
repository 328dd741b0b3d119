/**
 * The memory of built migrations in .migrator/: the checksum of each, and the stamps of all files that its build read. One that
 * nothing touched since is neither read nor rendered. A migration that may build to something else without a touch of these
 * files (it is not pinned and asks for more than its own text) is not remembered.
 */
import { join, relative } from "node:path";
import type { Config, Variables } from "../config/config.ts";
import { digestOf } from "../database/migration-digest.ts";
import { shownPath } from "../project/scan.ts";
import { racy, type Stamp, stampFile } from "../project/stamp.ts";
import { readStateFile, writeStateFile } from "../project/state-file.ts";
import { sha256 } from "../project/text-file.ts";
import { sharedScope } from "../tenants/scope.ts";
import type { BuiltMigration } from "./built-migration.ts";
import type { BuiltScript } from "./built-script.ts";
import { readExpectations } from "./expectations.ts";
import { type Migration, partKey } from "./migration.ts";
import { type Pin, pinnedFiles, pinnedValues, readPin } from "./pin.ts";
import { storedPath } from "./pin-store.ts";
import type { Migrations } from "./read-migrations.ts";
import { allReplaced } from "./replaced.ts";
import { isSettled, rememberSettled } from "./settled.ts";

export interface BuildMemory {
  /** The migration as it was built before, or null where that cannot be known. `build` is called when more than that is asked for. */
  readonly recall: (migration: Migration, build: () => BuiltMigration) => BuiltMigration | null;
  /** Remembers it; returns it. */
  readonly keep: (built: BuiltMigration) => BuiltMigration;
  /** Writes what was recalled and kept, where that is not what stands there; once. */
  readonly save: () => void;
}

const fileName = "built-migrations";
const format = "migrator built migrations 1";

/** As it stands in the file. */
type Entry = readonly [
  key: string,
  /** Name and stamp of each file in its folder that the build read. */
  stamps: string,
  /** The hashes of the files from the store, each with its stamp. */
  stored: readonly (readonly [hash: string, stamp: string])[],
  /** The hash of the variables; empty where no template is rendered. */
  variables: string,
  pinned: boolean,
  up: Script,
  down: Script | null,
];

type Script = readonly [checksum: string, transaction: boolean, requires: readonly string[]];

/** `tool` is the tool's version: another one may build otherwise. */
export function openBuildMemory(
  config: Config,
  variables: Variables,
  { migrations, contents }: Migrations,
  tool: string,
): BuildMemory {
  const { root, componentsFolder, searchPath, stateFolder } = config;
  const context = [tool, searchPath, relative(root, componentsFolder)];
  const head = `${format} ${sha256(JSON.stringify(context))}`;
  const loaded = load(stateFolder, head);
  const current = new Map<string, Entry>();
  const lookedAt = Date.now();
  const variablesHash = sha256(JSON.stringify(variables));
  const storeStamps = new Map<string, Stamp | null>();
  const inStore = ({ store }: Migration, hash: string): Stamp | null => {
    const path = storedPath(store, hash);
    let stamp = storeStamps.get(path);
    if (stamp === undefined) {
      stamp = stampFile(path);
      storeStamps.set(path, stamp);
    }
    return stamp;
  };
  /** Taken before a file is read, so that a change meanwhile shows. */
  const before = new Map<Migration, Stamp | null>();
  let saved = false;

  const valid = (migration: Migration): Entry | null => {
    const stamp = stampFolder(migration, contents.get(migration) ?? new Set());
    before.set(migration, stamp);
    const entry = loaded.get(partKey(migration));
    if (entry === undefined || stamp === null) return null;
    const [, stamps, stored, hash] = entry;
    if (stamps !== stamp.stamp || hash !== variablesOf(migration, variablesHash)) return null;
    return stored.every(([content, then]) => inStore(migration, content)?.stamp === then) ? entry : null;
  };

  return {
    recall(migration, build) {
      const entry = valid(migration);
      if (entry === null) return null;
      current.set(partKey(migration), entry);
      return recalled(config, migration, entry, build);
    },
    keep(built) {
      const { migration, pin, up, down } = built;
      const stamp = before.get(migration) ?? null;
      const closed = pin !== null || (up.alone && (down === null || down.alone));
      if (!closed || stamp === null) return built;
      const stored = [...new Set([...up.files.values(), ...(down?.files.values() ?? [])])].map(
        (hash) => [hash, inStore(migration, hash)] as const,
      );
      const read = [stamp, ...stored.map(([, one]) => one)];
      if (read.some((one) => one === null || one.touched >= lookedAt - racy)) return built;
      const key = partKey(migration);
      current.set(key, [
        key,
        stamp.stamp,
        stored.map(([hash, one]) => [hash, one?.stamp ?? ""] as const),
        variablesOf(migration, variablesHash),
        pin !== null,
        scriptOf(up),
        down === null ? null : scriptOf(down),
      ]);
      return built;
    },
    save() {
      if (saved) return;
      write();
      saved = true;
    },
  };

  function write(): void {
    const same = current.size === loaded.size && [...current].every(([key, one]) => loaded.get(key) === one);
    if (!same) {
      const body = Buffer.from(JSON.stringify([...current.values()]));
      writeStateFile(stateFolder, fileName, head, body, "the memory of the migrations");
    }
    if (current.size !== migrations.length || (same && isSettled(config))) return;
    const all = migrations.flatMap((migration) => {
      const entry = current.get(partKey(migration));
      return entry === undefined ? [] : [{ migration, entry }];
    });
    const stored = all.flatMap(({ migration: { store }, entry }) =>
      entry[2].map(([hash]) => [store, hash] as const),
    );
    const distinct = new Map(stored.map((one) => [one.join("/"), one]));
    const digest = digestOf(
      all.map(({ migration: { module, id, part }, entry }) => ({
        module,
        id,
        part,
        checksum: entry[5][0],
      })),
    );
    const replaced = migrations.flatMap((one) => allReplaced(one.replaces).map(partKey));
    rememberSettled(config, variables, tool, [...distinct.values()], { digest, replaced }, lookedAt);
  }
}

function load(stateFolder: string, head: string): ReadonlyMap<string, Entry> {
  const body = readStateFile(stateFolder, fileName, head);
  // The checksum and the head vouch for the form.
  const entries = body === undefined ? [] : (JSON.parse(body.toString("utf8")) as readonly Entry[]);
  return new Map(entries.map((entry) => [entry[0], entry]));
}

/** Null where a file is not there any more. */
function stampFolder(migration: Migration, names: ReadonlySet<string>): Stamp | null {
  const { folder, up, down } = migration;
  const wanted = [up.fileName, ...(down === null ? [] : [down.fileName]), pinnedFiles, pinnedValues];
  const stamps: string[] = [];
  let touched = 0;
  for (const name of wanted) {
    if (!names.has(name)) continue;
    const stamp = stampFile(join(folder, name));
    if (stamp === null) return null;
    stamps.push(name, stamp.stamp);
    touched = Math.max(touched, stamp.touched);
  }
  return { stamp: stamps.join("\n"), touched };
}

/** All of them count, also those that a template does not name: it may ask whether there is one. */
function variablesOf({ up, down }: Migration, hash: string): string {
  return up.template || down?.template === true ? hash : "";
}

function scriptOf({ checksum, directives: { transaction, requires } }: BuiltScript): Script {
  return [checksum, transaction, requires];
}

function recalled(
  config: Config,
  migration: Migration,
  entry: Entry,
  build: () => BuiltMigration,
): BuiltMigration {
  const [, , , , pinned, up, down] = entry;
  const { module, id, part } = migration;
  let whole: BuiltMigration | undefined;
  const built = (): BuiltMigration => {
    whole ??= build();
    return whole;
  };
  let pin: Pin | null | undefined;
  return {
    module,
    id,
    part,
    scope: sharedScope,
    source: null,
    searchPath: config.searchPath,
    migration,
    file: shownPath(config, migration.up.path),
    requires: up[2],
    get pin() {
      pin ??= pinned ? readPin(config, migration) : null;
      return pin;
    },
    get expectations() {
      return readExpectations(config, migration);
    },
    up: recalledScript(up, pinned, () => built().up),
    down: down === null ? null : recalledScript(down, pinned, () => built().down),
  };
}

/** One that is not pinned and yet remembered asked for nothing but its text. */
function recalledScript(
  [checksum, transaction, requires]: Script,
  pinned: boolean,
  built: () => BuiltScript | null,
): BuiltScript {
  const whole = (): BuiltScript => {
    const script = built();
    if (script === null) throw new Error("a script that was remembered is gone");
    return script;
  };
  return {
    checksum,
    directives: { transaction, requires },
    alone: !pinned,
    get text() {
      return whole().text;
    },
    get files() {
      return pinned ? whole().files : new Map<string, string>();
    },
    get absent() {
      return pinned ? whole().absent : [];
    },
    get variables() {
      return pinned ? whole().variables : {};
    },
    scopeVariables: {},
    get generated() {
      return pinned ? whole().generated : [];
    },
    get environment() {
      return pinned ? whole().environment : {};
    },
    get secrets() {
      return pinned ? whole().secrets : {};
    },
    locate: (offset) => whole().locate(offset),
  };
}
