/** A project in a temporary folder and an empty server database for it. */
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, beforeEach } from "vitest";
import { temporaryFolder } from "../../config/folder.ts";
import type { ServerVersion } from "../../servers/binaries.ts";
import { type FreshDatabase, freshDatabase, resetDatabase } from "../../servers/database.ts";
import { type Ran, runCli } from "./run-cli.ts";

interface CliProject {
  readonly folder: string;
  /** Runs a command on the project's database; `DATABASE_URL` names it. */
  run(...args: readonly string[]): Promise<Ran>;
  /** Writes files below migrator/components/; null removes one. */
  write(files: Readonly<Record<string, string | null>>): void;
  /** The same below migrator/migrations/; their folders are made, and null removes a folder too. */
  migrations(files: Readonly<Record<string, string | null>>): void;
}

export interface CliServer {
  database(): FreshDatabase;
  url(): string;
  /** Makes the database empty once more. */
  reset(): Promise<void>;
  /** Runs a whole script in one message, as `psql -f` would statement by statement. */
  script(sql: string): Promise<void>;
  project(
    components: Readonly<Record<string, string>>,
    config?: Readonly<Record<string, unknown>>,
  ): CliProject;
}

/** One database for the tests of a file, empty at the start of each. */
export function useServer(version: ServerVersion = 18): CliServer {
  let database: FreshDatabase | undefined;
  beforeAll(async () => {
    database = await freshDatabase(version);
  });
  beforeEach(async () => {
    if (database !== undefined) await resetDatabase(database);
  });
  afterAll(async () => {
    await database?.drop();
  });
  const current = (): FreshDatabase => {
    if (database === undefined) throw new Error("the database is not there before the tests run");
    return database;
  };
  const url = (): string => current().url ?? "";
  return {
    database: current,
    url,
    reset: () => resetDatabase(current()),
    async script(sql) {
      const client = new pg.Client({ connectionString: url() });
      await client.connect();
      try {
        await client.query(sql);
      } finally {
        await client.end();
      }
    },
    project(components, config = {}) {
      const folder = temporaryFolder({
        "migrator.json": JSON.stringify({ project: "app", searchPath: ["public"], ...config }),
        "migrator/components/.gitkeep": "",
        ...Object.fromEntries(
          Object.entries(components).map(([name, text]) => [`migrator/components/${name}`, text]),
        ),
      });
      return {
        folder,
        run: (...args) => runCli(folder, args, { env: { DATABASE_URL: url() } }),
        write(files) {
          for (const [name, text] of Object.entries(files)) {
            const path = join(folder, "migrator/components", name);
            if (text === null) rmSync(path);
            else writeFileSync(path, text);
          }
        },
        migrations(files) {
          for (const [name, text] of Object.entries(files)) {
            const path = join(folder, "migrator/migrations", name);
            if (text === null) {
              rmSync(path, { recursive: true });
              continue;
            }
            mkdirSync(dirname(path), { recursive: true });
            writeFileSync(path, text);
          }
        },
      };
    },
  };
}
