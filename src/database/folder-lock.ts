/**
 * An exclusive lock on the folder of an embedded database: a file beside it that names its holder. Two processes that
 * open one folder lose each other's writes without an error, and nothing in PGlite stops them.
 */
import { execFileSync } from "node:child_process";
import { readFileSync, statSync, unlinkSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import * as v from "valibot";
import { MigratorError } from "../../graph/diagnostic.ts";

const Holder = v.object({
  pid: v.number(),
  /** When the process started, in the system's own notation: a pid is given again to another process. */
  started: v.nullable(v.string()),
  host: v.string(),
});
type Holder = v.InferOutput<typeof Holder>;

export interface FolderLock {
  /** Gives the folder free; a second call does nothing. */
  release(): void;
}

/** A lock file with no readable content, or a takeover mark, that is older than this was left by a killed process. */
const ABANDONED_AFTER = 5_000;
const RETRY_EVERY = 50;

/**
 * Takes the lock of a folder, at once or not at all. A lock whose process is gone is taken over.
 * @throws MigratorError "embedded-in-use" with the pid of the holder
 */
export async function lockFolder(folder: string): Promise<FolderLock> {
  const file = `${folder}.lock`;
  const own: Holder = { pid: process.pid, started: startOf(process.pid), host: hostname() };
  const text = JSON.stringify(own);
  while (!createExclusively(file, text)) {
    const holder = readHolder(file);
    if (holder === "unfinished") await sleep(RETRY_EVERY);
    else if (holder === "gone") removeIfStill(file);
    else if (holder !== "none") throw inUse(folder, file, holder);
  }
  const release = (): void => {
    process.off("exit", release);
    if (readText(file) === text) unlinkSync(file);
  };
  process.on("exit", release);
  return { release };
}

function createExclusively(file: string, text: string): boolean {
  try {
    writeFileSync(file, text, { flag: "wx", mode: 0o600 });
    return true;
  } catch (error) {
    if (isCode(error, "EEXIST")) return false;
    throw notWritable(file, error);
  }
}

/** "none": removed meanwhile. "unfinished": just being written. "gone": its process does not run any more. */
function readHolder(file: string): Holder | "none" | "unfinished" | "gone" {
  const text = readText(file);
  if (text === null) return "none";
  const holder = v.safeParse(v.pipe(v.string(), v.parseJson(), Holder), text);
  if (!holder.success) return isAbandoned(file) ? "gone" : "unfinished";
  const { pid, started, host } = holder.output;
  // Of another machine or container (a shared folder) nothing can be known.
  if (host !== hostname()) return holder.output;
  if (!runs(pid)) return "gone";
  const now = startOf(pid);
  return started !== null && now !== null && started !== now ? "gone" : holder.output;
}

/**
 * Removes a lock that was left behind. Of several processes that see it at once only one may judge and remove it, or
 * the slower would remove the lock that the faster has taken since.
 */
function removeIfStill(file: string): void {
  const takeover = `${file}.takeover`;
  if (!createExclusively(takeover, "")) {
    if (isAbandoned(takeover)) remove(takeover);
    return;
  }
  try {
    if (readHolder(file) === "gone") remove(file);
  } finally {
    remove(takeover);
  }
}

function inUse(folder: string, file: string, holder: Holder): MigratorError {
  const here = holder.host === hostname();
  const own = here && holder.pid === process.pid;
  const who = own ? "this process" : `process ${holder.pid}${here ? "" : ` on ${holder.host}`}`;
  return new MigratorError([
    {
      code: "embedded-in-use",
      message: `the embedded database in ${folder} is in use by ${who}`,
      fix: own
        ? "Close it before it is opened again."
        : here
          ? `wait for it to end, or end it (kill ${holder.pid}); or use a server with --database-url`
          : `end it there; if it does not run any more, delete ${file}`,
    },
  ]);
}

function runs(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it runs, as somebody else.
    return !isCode(error, "ESRCH");
  }
}

/** Null where the system does not tell. */
function startOf(pid: number): string | null {
  try {
    if (process.platform === "linux") {
      const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
      // Field 22; the second is the name in parentheses, which may hold spaces and parentheses.
      return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? null;
    }
    if (process.platform === "win32") return null;
    return execFileSync("ps", ["-o", "lstart=", "-p", String(pid)], { encoding: "utf8" }).trim() || null;
  } catch {
    // The process ended meanwhile, or the system hides others' processes: the pid alone has to do.
    return null;
  }
}

function isAbandoned(file: string): boolean {
  try {
    return Date.now() - statSync(file).mtimeMs > ABANDONED_AFTER;
  } catch (error) {
    if (isCode(error, "ENOENT")) return false;
    throw error;
  }
}

function readText(file: string): string | null {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if (isCode(error, "ENOENT")) return null;
    throw notWritable(file, error);
  }
}

function notWritable(file: string, error: unknown): MigratorError {
  const folder = isCode(error, "EISDIR");
  return new MigratorError([
    {
      code: "file",
      message: folder
        ? `a folder stands in the place of the lock file ${file}`
        : `the lock file ${file} cannot be used: ${error instanceof Error ? error.message : String(error)}`,
      fix: folder
        ? "Remove the folder."
        : "See to the rights and the space of the disk, or use a server with --database-url.",
    },
  ]);
}

function remove(file: string): void {
  try {
    unlinkSync(file);
  } catch (error) {
    if (!isCode(error, "ENOENT")) throw error;
  }
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}
