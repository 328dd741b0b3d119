/** Other tools of the npm registry that apply SQL migrations, each as its users run it. Some settings are their defaults, said again. */
import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { MigrationTool } from "./tool.ts";

export interface Peer extends MigrationTool {
  readonly package: string;
  readonly version: string;
}

/** `modules` is the node_modules folder that they were installed into. */
export function peers(modules: string): readonly Peer[] {
  return [nodePgMigrate(modules), graphileMigrate(modules), dbmate(modules), postgrator(modules)];
}

function nodePgMigrate(modules: string): Peer {
  return {
    ...named("node-pg-migrate", "9.0.0"),
    write(folder, migrations) {
      mkdirSync(join(folder, "migrations"));
      for (const { number, timestamp, sql } of migrations) {
        const path = join(folder, "migrations", `${timestamp}000_item-${number}.sql`);
        writeFileSync(path, `-- Up Migration\n${sql}\n-- Down Migration\n`);
      }
    },
    command: (url) => ({
      args: [join(modules, "node-pg-migrate/bin/node-pg-migrate.js"), "up", "-m", "migrations"],
      env: { DATABASE_URL: url },
    }),
  };
}

function graphileMigrate(modules: string): Peer {
  return {
    ...named("graphile-migrate", "1.4.1"),
    write(folder, migrations) {
      const committed = join(folder, "migrations/committed");
      mkdirSync(committed, { recursive: true });
      writeFileSync(join(folder, ".gmrc"), "{}\n");
      let previous: string | null = null;
      for (const { number, sql } of migrations) {
        const body: string = sql.trim();
        // As its own `commit` writes them.
        const hash: string = `sha1:${createHash("sha1")
          .update(`${`${previous ?? ""}\n${body}`.trim()}\n`)
          .digest("hex")}`;
        const head = `--! Previous: ${previous ?? "-"}\n--! Hash: ${hash}\n\n`;
        writeFileSync(join(committed, `${String(number).padStart(6, "0")}.sql`), `${head}${body}\n`);
        previous = hash;
      }
    },
    command: (url) => ({
      args: [join(modules, "graphile-migrate/dist/cli.js"), "migrate"],
      env: { DATABASE_URL: url, ROOT_DATABASE_URL: "postgres:///template1" },
    }),
  };
}

/** A program in Go, behind a command in JavaScript. */
function dbmate(modules: string): Peer {
  return {
    ...named("dbmate", "2.36.0"),
    write(folder, migrations) {
      mkdirSync(join(folder, "db/migrations"), { recursive: true });
      for (const { number, timestamp, sql } of migrations) {
        const path = join(folder, "db/migrations", `${timestamp}_item_${number}.sql`);
        writeFileSync(path, `-- migrate:up\n${sql}\n-- migrate:down\n`);
      }
    },
    command: (url) => ({
      // Without the schema file, which needs pg_dump and which the others do not write.
      args: [join(modules, "dbmate/dist/cli.js"), "--no-dump-schema", "migrate"],
      env: { DATABASE_URL: `${url}?sslmode=disable` },
    }),
  };
}

function postgrator(modules: string): Peer {
  return {
    ...named("postgrator-cli", "9.1.1"),
    write(folder, migrations) {
      mkdirSync(join(folder, "migrations"));
      for (const { number, sql } of migrations)
        writeFileSync(join(folder, "migrations", `${number}.do.item-${number}.sql`), sql);
    },
    command: (url) => {
      const { hostname, port, pathname, username } = new URL(url);
      const target = ["-h", hostname, "-o", port, "-d", pathname.slice(1), "-u", username, "-p", "none"];
      const files = ["-m", "migrations/*.sql", "-r", "pg", "--no-config"];
      return { args: [join(modules, "postgrator-cli/index.js"), ...files, ...target], env: {} };
    },
  };
}

function named(name: string, version: string): Pick<Peer, "name" | "migrates" | "package" | "version"> {
  return { migrates: true, name: `${name} ${version}`, package: name, version };
}
