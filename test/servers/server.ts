/** Starts real PostgreSQL servers for tests and benchmarks, and sees to it that they end with the process. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { type Binaries, CACHE, findBinaries, RUN_AS, type ServerVersion } from "./binaries.ts";

export interface ServerOptions {
  /** Settings besides those that make a throw-away server fast. */
  readonly settings?: Readonly<Record<string, string>>;
  /** It starts as a standby with no primary: what is read works, until pg_promote(). It has no test roles. */
  readonly standby?: boolean;
  /** No file of it grows beyond so many megabytes, as on a full disk. A file of the WAL has 16. */
  readonly fileSizeLimit?: number;
}

export interface Server {
  readonly version: ServerVersion;
  readonly port: number;
  /** Of a database on it, by default `postgres`, as the superuser. */
  url(database?: string): string;
  /** Ends it (fast shutdown) and removes its data. */
  stop(): Promise<void>;
}

/** Group roles that every test server has, besides the superuser postgres. */
// Memberships are the whole server's: rita is there for the tests that make others her members.
export const TEST_ROLES = ["alice", "bob", "carol", "rita"] as const;

/** Nothing of a test server outlives it, so nothing needs to reach the disk. */
const SETTINGS = {
  listen_addresses: "127.0.0.1",
  unix_socket_directories: "",
  fsync: "off",
  full_page_writes: "off",
  synchronous_commit: "off",
  max_locks_per_transaction: "256",
  shared_buffers: "64MB",
  jit: "off",
  timezone: "UTC",
} as const;

const START_TIMEOUT = 20_000;

/** A server on a free port of 127.0.0.1, with nobody but the superuser and the test roles. */
export async function startServer(version: ServerVersion, options: ServerOptions = {}): Promise<Server> {
  const binaries = findBinaries(version);
  const template = dataTemplate(binaries);
  const base = "uid" in RUN_AS ? "/tmp" : tmpdir();
  const folder = mkdtempSync(join(base, `migrator-postgres-${version}-`));
  const data = join(folder, "data");
  cpSync(template, data, { recursive: true });
  if (options.standby === true) writeFileSync(join(data, "standby.signal"), "");
  own(folder);
  // The port was free a moment ago; somebody else may take it in between.
  for (let attempt = 1; ; attempt++) {
    const port = await freePort();
    const running = launch(binaries, data, {
      settings: { ...SETTINGS, ...options.settings, port: String(port) },
      fileSizeLimit: options.fileSizeLimit ?? null,
    });
    try {
      await accepting(running, port);
      const server = serve(version, port, running.child, folder);
      if (options.standby !== true) await createRoles(server.url());
      return server;
    } catch (error) {
      running.child.kill("SIGQUIT");
      if (attempt < 3 && /could not bind|could not create any TCP/.test(running.log())) continue;
      rmSync(folder, { recursive: true, force: true });
      throw error;
    }
  }
}

/** The result of initdb, which takes longer than all the rest, kept between runs. */
function dataTemplate(binaries: Binaries): string {
  const folder = join(CACHE, `${binaries.release}-data`);
  if (existsSync(folder)) return folder;
  mkdirSync(CACHE, { recursive: true, mode: 0o755 });
  const unfinished = `${folder}.${process.pid}`;
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(unfinished, { mode: 0o700 });
  own(unfinished);
  const initdb = spawnSync(
    join(binaries.folder, "bin", "initdb"),
    ["-D", unfinished, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync"],
    { ...RUN_AS, encoding: "utf8", cwd: "/" },
  );
  if (initdb.status !== 0) {
    rmSync(unfinished, { recursive: true, force: true });
    throw new Error(`initdb ${binaries.version} failed: ${initdb.error?.message ?? initdb.stderr}`);
  }
  try {
    renameSync(unfinished, folder);
  } catch (error) {
    // Another run was faster.
    rmSync(unfinished, { recursive: true, force: true });
    if (!existsSync(folder)) throw error;
  }
  return folder;
}

interface Running {
  readonly child: ChildProcess;
  readonly log: () => string;
}

interface Launch {
  readonly settings: Readonly<Record<string, string>>;
  readonly fileSizeLimit: number | null;
}

function launch(binaries: Binaries, data: string, { settings, fileSizeLimit }: Launch): Running {
  const postgres = join(binaries.folder, "bin", "postgres");
  const args = [
    "-D",
    data,
    ...Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]),
  ];
  // In blocks of 512 bytes. The server ignores the signal that comes with it, and reports the error.
  const limited = `ulimit -f ${(fileSizeLimit ?? 0) * 2048}; exec "$0" "$@"`;
  const [command, given] =
    fileSizeLimit === null ? [postgres, args] : ["/bin/sh", ["-c", limited, postgres, ...args]];
  // A group of its own: Ctrl-C reaches this process alone, which then ends the server.
  const child = spawn(command, given, {
    ...RUN_AS,
    stdio: ["ignore", "ignore", "pipe"],
    cwd: "/",
    detached: true,
  });
  let log = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    log = (log + text).slice(-4000);
  });
  child.on("error", (error) => {
    log += error.message;
  });
  return { child, log: () => log };
}

async function accepting(running: Running, port: number): Promise<void> {
  const deadline = Date.now() + START_TIMEOUT;
  for (;;) {
    if (running.child.exitCode !== null || running.child.pid === undefined) {
      throw new Error(`the test server did not start: ${running.log()}`);
    }
    const client = new pg.Client(address(port, "postgres"));
    client.on("error", () => {});
    try {
      await client.connect();
      await client.end();
      return;
    } catch (error) {
      await client.end();
      if (Date.now() > deadline) throw error;
      await sleep(20);
    }
  }
}

async function createRoles(url: string): Promise<void> {
  const client = new pg.Client(url);
  await client.connect();
  await client.query(TEST_ROLES.map((role) => `CREATE ROLE ${role} NOLOGIN`).join("; "));
  await client.end();
}

function serve(version: ServerVersion, port: number, child: ChildProcess, folder: string): Server {
  const { pid } = child;
  if (pid === undefined) throw new Error("the test server has no process id");
  const watchdog = watch(pid, folder);
  const ended = new Promise<void>((done) => {
    if (child.exitCode !== null) done();
    child.once("exit", () => done());
  });
  child.unref();
  return {
    version,
    port,
    url: (database = "postgres") => address(port, database),
    stop: async () => {
      child.ref();
      child.kill("SIGINT");
      await ended;
      rmSync(folder, { recursive: true, force: true });
      watchdog.stdin?.end();
    },
  };
}

/** Ends the server and removes its data when this process is gone, however it went: its pipe closes then. */
function watch(pid: number, folder: string): ChildProcess {
  const script = 'cat >/dev/null; [ -d "$2" ] || exit 0; kill -INT "$1"; sleep 2; rm -rf "$2"';
  const child = spawn("/bin/sh", ["-c", script, "watchdog", String(pid), folder], {
    stdio: ["pipe", "ignore", "ignore"],
    cwd: "/",
    detached: true,
  });
  child.unref();
  return child;
}

function address(port: number, database: string): string {
  return `postgres://postgres@127.0.0.1:${port}/${encodeURIComponent(database)}`;
}

function own(path: string): void {
  if (!("uid" in RUN_AS)) return;
  const { status, stderr } = spawnSync("chown", ["-R", `${RUN_AS.uid}:${RUN_AS.gid}`, path], {
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`chown failed: ${stderr}`);
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const bound = probe.address();
      probe.close(() => {
        if (bound !== null && typeof bound === "object") resolve(bound.port);
        else reject(new Error("no free port"));
      });
    });
  });
}
