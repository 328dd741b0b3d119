/** Opens the embedded database: PostgreSQL 18 in WebAssembly (PGlite), in a folder or in memory. */
import { chmod, mkdir, readdir, readFile, rename, rm, rmdir } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import type { PGlite, PGliteOptions } from "@electric-sql/pglite";
import type { Client, ClientConfig } from "pg";
import { MigratorError } from "../../graph/diagnostic.ts";
import { compileQuickly, compileThoroughly } from "../wasm-compilation.ts";
import type { Database, Notice } from "./database.ts";
import { guardEmbedded, stackDepth } from "./embedded-guard.ts";
import { loadTemplate } from "./embedded-template.ts";
import { lockFolder } from "./folder-lock.ts";
import { reason } from "./server-error.ts";
import { catalogTypes, Session } from "./session.ts";
import { type Tar, tarInMemory, tarOnDisk, withoutZeros } from "./tar.ts";

export interface EmbeddedOptions {
  /** Hears notices and warnings; without it they are dropped. */
  readonly onNotice?: (notice: Notice) => void;
}

/** The PostgreSQL that PGlite is, as PG_VERSION names it. */
const MAJOR = "18";

/**
 * As a server is set up, apart from what one session in one process does not need. The memory of connections that
 * cannot exist goes to locks: 20,000 objects in one transaction, where a server's default is 6,400.
 */
const SETTINGS = {
  exit_on_error: "false",
  log_checkpoints: "false",
  io_method: "sync",
  shared_buffers: "16MB",
  max_connections: "3",
  superuser_reserved_connections: "0",
  max_wal_senders: "0",
  max_worker_processes: "0",
  max_parallel_workers: "0",
  max_parallel_workers_per_gather: "0",
  max_parallel_maintenance_workers: "0",
  autovacuum_worker_slots: "1",
  max_locks_per_transaction: "20000",
  max_stack_depth: stackDepth(),
} as const;

const START: PGliteOptions = {
  startParams: [
    "--single",
    "-j",
    ...Object.entries(SETTINGS).flatMap(([name, value]) => ["-c", `${name}=${value}`]),
  ],
};

/**
 * A database in memory is gone with the process: it flushes nothing to a disk that there is not, and does not look through all of
 * its files for what may be left to flush when it starts from a copy.
 */
const START_IN_MEMORY: PGliteOptions = { ...START, startParams: [...(START.startParams ?? []), "-F"] };

/** Room for as many locks as on a server with its defaults: a table of more takes a tenth of the whole start. */
const START_FOR_TESTS: PGliteOptions = {
  ...START_IN_MEMORY,
  startParams: [...(START_IN_MEMORY.startParams ?? []), "-c", "max_locks_per_transaction=2200"],
};

/**
 * The embedded database in a folder, which is made if it is not there; or, with null, one in memory that is gone when
 * it is closed. Superuser `postgres`, database `postgres`. It keeps the process alive until it is closed.
 * @throws MigratorError "embedded-in-use" when another process has the folder; "file" when the folder is something else
 */
export async function openEmbedded(folder: string | null, options: EmbeddedOptions = {}): Promise<Database> {
  if (folder === null) {
    const template = await loadTemplate(await pgliteFactory(), START);
    const pglite = await startFrom(tarInMemory(await bytesOf(template)), compileThoroughly);
    return openSession(pglite, "the embedded database in memory", options, () => {});
  }
  const path = resolve(folder);
  try {
    await mkdir(dirname(path), { recursive: true });
  } catch (error) {
    throw unusable(dirname(path), error, "cannot be made");
  }
  const lock = await lockFolder(path);
  try {
    const create = await pgliteFactory();
    await prepareFolder(path, create);
    const pglite = await openFolder(path, create);
    return await openSession(pglite, `the embedded database in ${folder}`, options, lock.release);
  } catch (error) {
    lock.release();
    throw error;
  }
}

export interface EmbeddedCopy {
  readonly database: Database;
  /** The whole database as it is now, for `openEmbeddedCopy`. No transaction may be open. */
  readonly dump: () => Promise<Blob>;
}

/**
 * A database in memory that begins as another one was dumped (whose bytes belong to it from now on), or empty. What was dumped has
 * little to do before it.
 */
export async function openEmbeddedCopy(dumped: Uint8Array | null): Promise<EmbeddedCopy> {
  const compile = dumped === null ? compileThoroughly : compileQuickly;
  const tar = dumped ?? (await bytesOf(await loadTemplate(await pgliteFactory(compile), START)));
  const pglite = await startFrom(tarInMemory(tar), compile);
  const database = await openSession(pglite, "the shadow database in memory", {}, () => {});
  const dump = async (): Promise<Blob> => {
    // The copy was never shut down: whoever begins with it replays what was written since the last checkpoint.
    await database.query("checkpoint");
    return pglite.dumpDataDir("none");
  };
  return { database, dump };
}

/**
 * A session of node-postgres with a copy in memory of what was dumped into a file, which is not changed; `release` is for when that
 * has ended.
 */
export async function openEmbeddedClient(
  dumped: string,
): Promise<{ readonly client: Client; readonly release: () => Promise<void> }> {
  const pglite = await startFrom(tarOnDisk(dumped), compileQuickly, START_FOR_TESTS);
  const guard = guardEmbedded(pglite);
  const [{ default: pg }, { createPgConfig }] = await Promise.all([
    import("pg"),
    import("@electric-sql/pglite/node-postgres"),
  ]);
  const client: Client = new pg.Client(createPgConfig(pglite));
  client.on("error", () => {});
  await client.connect();
  return { client, release: () => guard.close() };
}

/** The whole database of a folder, as a file of these parts for `openEmbeddedClient`. Nobody else may have it open. */
export async function dumpEmbedded(folder: string): Promise<readonly Uint8Array[]> {
  const pglite = await openFolder(folder, await pgliteFactory(compileQuickly));
  try {
    // The log goes on in a new segment: the full ones are not looked at again.
    await pglite.query("select pg_catalog.pg_switch_wal()");
    await pglite.query("checkpoint");
    return withoutZeros(await bytesOf(await pglite.dumpDataDir("none")));
  } finally {
    await pglite.close();
  }
}

/** Has what `openEmbeddedClient` needs loaded beside other work; a mistake shows when it is opened. */
export function loadAhead(): void {
  const loaded = compileQuickly(async () => (await import("./embedded-memory.ts")).loadProgram());
  loaded.catch(() => {});
}

async function startFrom(
  tar: Tar,
  compile: typeof compileThoroughly,
  start: PGliteOptions = START_IN_MEMORY,
): Promise<PGlite> {
  const { startInMemory } = await import("./embedded-memory.ts");
  return compile(() => startInMemory(tar, start));
}

async function bytesOf(blob: Blob): Promise<Uint8Array> {
  return new Uint8Array(await blob.arrayBuffer());
}

async function pgliteFactory(
  compile: typeof compileThoroughly = compileThoroughly,
): Promise<(options: PGliteOptions) => Promise<PGlite>> {
  const { PGlite } = await import("@electric-sql/pglite");
  return (options) => compile(() => PGlite.create(options));
}

/** Sees to it that the folder holds a whole database: built beside it and renamed, so that a kill leaves no half. */
async function prepareFolder(
  folder: string,
  create: (options: PGliteOptions) => Promise<PGlite>,
): Promise<void> {
  const entries = await list(folder);
  if (entries?.includes("PG_VERSION")) return checkVersion(folder);
  if (entries !== null && entries.length > 0) {
    throw fileError(`${folder} is not empty and holds no database`, "name another folder, or empty this one");
  }
  const unfinished = `${folder}.new`;
  await rm(unfinished, { recursive: true, force: true });
  const template = await loadTemplate(create, START);
  const pglite = await create({ ...START, dataDir: unfinished, loadDataDir: template });
  await pglite.close();
  // The files inside are writable for everybody: PGlite knows no umask.
  await chmod(unfinished, 0o700);
  if (entries !== null) await rmdir(folder);
  await rename(unfinished, folder);
}

async function list(folder: string): Promise<readonly string[] | null> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
    throw unusable(folder, error, "cannot be read");
  }
}

async function checkVersion(folder: string): Promise<void> {
  const major = (await readFile(join(folder, "PG_VERSION"), "utf8")).trim();
  if (major === MAJOR) return;
  throw fileError(
    `${folder} holds a database of PostgreSQL ${major}; the embedded one is ${MAJOR}`,
    "delete the folder and apply again, or use the version of migrator that made it",
  );
}

async function openFolder(
  folder: string,
  create: (options: PGliteOptions) => Promise<PGlite>,
): Promise<PGlite> {
  try {
    return await create({ ...START, dataDir: folder });
  } catch (error) {
    throw fileError(
      `the embedded database in ${folder} does not start: ${reason(error)}`,
      "if it is of no worth, delete the folder and apply again",
    );
  }
}

/** A folder that the file system refuses. */
function unusable(folder: string, error: unknown, what: string): MigratorError {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (code === "EEXIST" || code === "ENOTDIR" || code === "ENOENT") {
    return fileError(
      `${folder} is no folder: the embedded database cannot stand there`,
      "Remove the file or link of that name, or use a server with --database-url.",
    );
  }
  return fileError(
    `the folder ${folder} ${what}: ${reason(error)}`,
    "See to the rights and the space of the disk, or use a server with --database-url.",
  );
}

function fileError(message: string, fix: string): MigratorError {
  return new MigratorError([{ code: "file", message, fix }]);
}

async function openSession(
  pglite: PGlite,
  description: string,
  options: EmbeddedOptions,
  released: () => void,
): Promise<Database> {
  const guard = guardEmbedded(pglite);
  const release = async (): Promise<void> => {
    await guard.close();
    released();
  };
  try {
    const [{ default: pg }, { createPgConfig }] = await Promise.all([
      import("pg"),
      import("@electric-sql/pglite/node-postgres"),
    ]);
    const config: ClientConfig = { ...createPgConfig(pglite), types: catalogTypes(pg.types) };
    const client: Client = new pg.Client(config);
    client.on("error", () => {});
    await client.connect();
    return await Session.of(client, null, {
      description,
      embedded: true,
      onNotice: options.onNotice,
      release,
    });
  } catch (error) {
    await release();
    throw error;
  }
}
