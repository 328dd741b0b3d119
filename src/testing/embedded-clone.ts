/** Test databases of the embedded PostgreSQL: the data folder is built once, kept as a tar file, and each test starts on its bytes. */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { MigratorError } from "../../graph/diagnostic.ts";
import { dumpEmbedded, openEmbeddedClient } from "../database/embedded.ts";
import { type FolderLock, lockFolder } from "../database/folder-lock.ts";
import { buildTemplate } from "./build-template.ts";
import { type TestDatabase, testDatabase } from "./test-database.ts";
import type { TestProject } from "./test-project.ts";

export async function embeddedDatabase(test: TestProject): Promise<TestDatabase> {
  const { client, release } = await openEmbeddedClient(await template(test));
  return testDatabase(client, null, release);
}

/** Templates that are kept of one project; each takes some twenty-five megabytes. */
const kept = 3;

/** Another process that needs the same waits for the one that builds it. */
async function template(test: TestProject): Promise<string> {
  const folder = join(test.project.config.stateFolder, "test");
  const file = join(folder, `${test.key}.tar`);
  if (existsSync(file)) return file;
  mkdirSync(folder, { recursive: true });
  const lock = await waitForLock(join(folder, test.key));
  try {
    if (!existsSync(file)) await build(test, folder, file);
    return file;
  } finally {
    lock.release();
  }
}

async function build(test: TestProject, folder: string, file: string): Promise<void> {
  const place = mkdtempSync(join(tmpdir(), "migrator-template-"));
  try {
    const database = join(place, "database");
    await buildTemplate(test, { kind: "embedded", folder: database });
    const unfinished = `${file}.${process.pid}`;
    writeFileSync(unfinished, Buffer.concat(await dumpEmbedded(database)));
    renameSync(unfinished, file);
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
  forgetOldest(folder);
}

async function waitForLock(folder: string): Promise<FolderLock> {
  for (;;) {
    try {
      return await lockFolder(folder);
    } catch (error) {
      const inUse = error instanceof MigratorError && error.diagnostics[0]?.code === "embedded-in-use";
      if (!inUse) throw error;
      await sleep(50);
    }
  }
}

function forgetOldest(folder: string): void {
  const files = readdirSync(folder)
    .filter((name) => name.endsWith(".tar"))
    .map((name) => ({ path: join(folder, name), time: statSync(join(folder, name)).mtimeMs }))
    .sort((a, b) => b.time - a.time);
  for (const { path } of files.slice(kept)) rmSync(path, { force: true });
}
