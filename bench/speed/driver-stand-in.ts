/** The statements through the tool's own driver, with nothing else: in psql's place, or as the floor of what the tool can do. */
import { existsSync, readFileSync } from "node:fs";
import { connectServer } from "../../src/database/server.ts";

/** One after another, as psql does. In seconds, with connecting, without the start of a process. */
export async function runStatements(url: string, statements: readonly string[]): Promise<number> {
  const start = performance.now();
  const database = await connectServer({ url });
  try {
    await database.query("begin");
    for (const statement of statements) await database.query(statement);
    await database.query("commit");
  } finally {
    await database.close();
  }
  return (performance.now() - start) / 1000;
}

export interface Floor {
  /** In seconds, without connecting. */
  readonly seconds: number;
  /** What the server's process worked in that time, in seconds; null where /proc does not tell. */
  readonly server: number | null;
}

/** All in one transaction, sent as the tool sends them: no statement waits for the one before it. */
export async function runPipelined(url: string, statements: readonly string[]): Promise<Floor> {
  const database = await connectServer({ url });
  try {
    const [backend] = await database.query<{ pid: number }>("select pg_catalog.pg_backend_pid() as pid");
    const before = cpuTime(backend?.pid);
    const start = performance.now();
    await database.batch(["begin", ...statements, "commit"]);
    const seconds = (performance.now() - start) / 1000;
    const after = cpuTime(backend?.pid);
    return { seconds, server: before === null || after === null ? null : after - before };
  } finally {
    await database.close();
  }
}

/** User and system time of a process in seconds: fields 14 and 15 of /proc/PID/stat (proc(5)), in hundredths. */
function cpuTime(pid: number | undefined): number | null {
  const file = `/proc/${pid}/stat`;
  // Another operating system, or a server elsewhere.
  if (!existsSync(file)) return null;
  const fields = readFileSync(file, "utf8").split(") ").at(-1)?.split(" ") ?? [];
  return (Number(fields[11]) + Number(fields[12])) / 100;
}
