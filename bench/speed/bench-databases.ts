/** Databases of a benchmark: one with the tables as a template, and copies of it. */
import type { Database } from "../../src/database/database.ts";
import { connectServer } from "../../src/database/server.ts";
import type { Server } from "../../test/servers/server.ts";

export interface BenchDatabases {
  /** A new database with the tables and nothing else; the one before is gone. */
  fresh(): Promise<string>;
  close(): Promise<void>;
}

export async function benchDatabases(server: Server, base: readonly string[]): Promise<BenchDatabases> {
  const admin = await connectServer({ url: server.url() });
  await replace(admin, "bench_tables", "");
  const tables = await connectServer({ url: server.url("bench_tables") });
  await tables.batch(base);
  await tables.close();
  return {
    fresh: async () => {
      await replace(admin, "bench", "template bench_tables");
      // So that no run pays for the copy.
      await admin.query("checkpoint");
      return server.url("bench");
    },
    close: async () => {
      for (const name of ["bench", "bench_tables"])
        await admin.query(`drop database if exists ${name} with (force)`);
      await admin.close();
    },
  };
}

async function replace(admin: Database, name: string, options: string): Promise<void> {
  await admin.query(`drop database if exists ${name} with (force)`);
  await admin.query(`create database ${name} ${options}`);
}
