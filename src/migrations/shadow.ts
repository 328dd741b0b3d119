/** A throw-away database in which migrations are replayed, and the memory of states that were replayed before. */
import { randomBytes } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { quoteIdentifier } from "../../graph/quote.ts";
import type { Database } from "../database/database.ts";

export type ShadowSource =
  | { readonly kind: "embedded"; readonly stateFolder: string }
  /** A new database beside the one of this URL. */
  | { readonly kind: "server"; readonly url: string | null };

export interface Shadow {
  readonly database: Database;
  /** Which of the states that were asked for it begins with; -1: it is empty. */
  readonly state: number;
  /** Remembers the database as it is now under a key. Only where there is such a memory. */
  readonly remember: (key: string) => Promise<void>;
  readonly close: () => Promise<void>;
}

/** How many states are remembered; each takes some forty megabytes. */
const kept = 4;

/** `keys` name states, the emptiest first: the fullest one that is remembered is where the shadow begins. */
export async function openShadow(source: ShadowSource, keys: readonly string[]): Promise<Shadow> {
  return source.kind === "embedded"
    ? openEmbeddedShadow(join(source.stateFolder, "shadow"), keys)
    : openServerShadow(source.url);
}

async function openEmbeddedShadow(folder: string, keys: readonly string[]): Promise<Shadow> {
  const { openEmbeddedCopy } = await import("../database/embedded.ts");
  const fileOf = (key: string) => join(folder, `${key}.tar`);
  const state = keys.findLastIndex((key) => statSync(fileOf(key), { throwIfNoEntry: false }) !== undefined);
  const key = keys[state];
  const dumped = key === undefined ? null : readFileSync(fileOf(key));
  const { database, dump } = await openEmbeddedCopy(dumped);
  return {
    database,
    state,
    close: () => database.close(),
    remember: async (name) => {
      const bytes = Buffer.from(await (await dump()).arrayBuffer());
      mkdirSync(folder, { recursive: true });
      const unfinished = join(folder, `${name}.${process.pid}.tmp`);
      writeFileSync(unfinished, bytes);
      renameSync(unfinished, fileOf(name));
      forgetOldest(folder);
    },
  };
}

function forgetOldest(folder: string): void {
  const files = readdirSync(folder)
    .filter((name) => name.endsWith(".tar") || name.endsWith(".tmp"))
    .map((name) => ({ path: join(folder, name), time: statSync(join(folder, name)).mtimeMs }))
    .sort((a, b) => b.time - a.time);
  for (const { path } of files.slice(kept)) rmSync(path, { force: true });
}

async function openServerShadow(url: string | null): Promise<Shadow> {
  const { connectServer } = await import("../database/server.ts");
  const name = `migrator_shadow_${randomBytes(6).toString("hex")}`;
  const administer = async (statement: string): Promise<void> => {
    const session = await connectServer({ url, applicationName: "migrator" });
    try {
      await session.query(statement);
    } finally {
      await session.close();
    }
  };
  await administer(`create database ${quoteIdentifier(name)} template template0`);
  const drop = () => administer(`drop database ${quoteIdentifier(name)} with (force)`);
  try {
    const database = await connectServer({ url: withDatabase(url, name), applicationName: "migrator" });
    return {
      database,
      state: -1,
      remember: async () => {},
      close: async () => {
        await database.close();
        await drop();
      },
    };
  } catch (error) {
    await drop();
    throw error;
  }
}

/** The same server, another database. */
function withDatabase(url: string | null, name: string): string {
  if (url === null) return `postgres:///${name}`;
  const other = new URL(url);
  other.pathname = `/${name}`;
  return other.href;
}
