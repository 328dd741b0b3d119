/**
 * Files in .migrator/ that only save work: a line that says what they are, with a checksum of the rest, and the rest. One that is
 * missing, damaged, or of another kind counts as none.
 */
import { randomBytes } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { MigratorError } from "../../graph/diagnostic.ts";
import { sha256 } from "./text-file.ts";

/** What stands behind the head; undefined where there is no sound file with this head. */
export function readStateFile(stateFolder: string, fileName: string, head: string): Buffer | undefined {
  let bytes: Buffer;
  try {
    bytes = readFileSync(join(stateFolder, fileName));
  } catch {
    // No memory, or none that can be read: the work is done without.
    return undefined;
  }
  const headEnd = bytes.indexOf(0x0a);
  const body = bytes.subarray(headEnd + 1);
  const first = bytes.toString("latin1", 0, Math.max(0, headEnd));
  return first.startsWith(`${head} `) && first === `${head} ${sha256(body)}` ? body : undefined;
}

/** In one step: another process sees the old file or the new, never a part. `what` names it in a message. */
export function writeStateFile(
  stateFolder: string,
  fileName: string,
  head: string,
  body: Uint8Array,
  what: string,
): void {
  const temporary = join(stateFolder, `${fileName}.${process.pid}.${randomBytes(6).toString("hex")}.tmp`);
  try {
    mkdirSync(stateFolder, { recursive: true });
    removeLeftovers(stateFolder, fileName);
    writeFileSync(temporary, Buffer.concat([Buffer.from(`${head} ${sha256(body)}\n`), body]));
    renameSync(temporary, join(stateFolder, fileName));
  } catch (error) {
    rmSync(temporary, { force: true });
    const code = error instanceof Error && "code" in error ? error.code : "";
    // Where nothing may be written, nothing is remembered: a read-only checkout still works.
    if (code === "EACCES" || code === "EPERM" || code === "EROFS") return;
    throw new MigratorError([
      {
        code: "file",
        message: `${what} cannot be written: ${error instanceof Error ? error.message : String(error)}`,
        file: join(stateFolder, fileName),
        fix: "see to the disk's free space; the folder .migrator/ may be removed at any time",
      },
    ]);
  }
}

/** Removes what processes that were killed while saving left behind, an hour later. */
function removeLeftovers(stateFolder: string, fileName: string): void {
  for (const name of readdirSync(stateFolder)) {
    if (!(name.startsWith(`${fileName}.`) && name.endsWith(".tmp"))) continue;
    const path = join(stateFolder, name);
    const stats = statSync(path, { throwIfNoEntry: false });
    if (stats !== undefined && Date.now() - stats.mtimeMs > 3_600_000) rmSync(path, { force: true });
  }
}
