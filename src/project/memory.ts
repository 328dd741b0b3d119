/**
 * The memory of the working tree in .migrator/: what each file was when it was last read, and the facts that were parsed
 * from it. It only ever saves work: without it, or with one that is damaged or of another version, everything is read anew.
 */
import { randomBytes } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { MigratorError } from "../../graph/diagnostic.ts";
import { sha256 } from "./text-file.ts";

export interface RememberedFile {
  /** Empty where the file was touched so shortly before that a later change could have the same stamp. */
  readonly stamp: string;
  readonly sha256: string;
}

export interface RememberedComponent {
  /** Of the rendered text. For a plain file the empty text: its text is the file's. */
  readonly textSha256: string;
  /** The files that the text depends on, with their hashes then; null for one that did not exist. */
  readonly uses: readonly (readonly [name: string, sha256: string | null])[];
  /** The hash of the variables; empty for a plain file. */
  readonly variables: string;
  /** A short form of the facts, a JSON value; null where there is none. */
  readonly outline: unknown;
  /** The facts as JSON in UTF-8. */
  readonly facts: Uint8Array;
}

export interface Memory {
  /** By name: the path below components/. */
  readonly files: ReadonlyMap<string, RememberedFile>;
  readonly components: ReadonlyMap<string, RememberedComponent>;
  /** Replaces what is remembered, in one step: another process sees the old or the new, never a part. */
  save(
    files: ReadonlyMap<string, RememberedFile>,
    components: ReadonlyMap<string, RememberedComponent>,
  ): void;
}

const fileName = "working-tree";
const format = "migrator working tree 2";

/**
 * Opens the memory in `stateFolder`. `context` names all that the facts depend on besides the text: the tool's version,
 * the search path. With another context nothing is remembered.
 */
export function openMemory(stateFolder: string, context: string): Memory {
  const head = `${format} ${sha256(context)}`;
  const path = join(stateFolder, fileName);
  const loaded = load(path, head) ?? { files: new Map(), components: new Map() };
  return { ...loaded, save: (files, components) => write(stateFolder, head, files, components) };
}

/** A memory that is empty and keeps nothing. */
export function noMemory(): Memory {
  return { files: new Map(), components: new Map(), save: () => undefined };
}

type Content = Pick<Memory, "files" | "components">;

/**
 * The file has a line for its head with a checksum of the rest, a line of JSON for all that every run looks at, and the
 * facts of the components one after another. Undefined where it is anything else.
 */
function load(path: string, head: string): Content | undefined {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch {
    // No memory, or none that can be read: the work is done without.
    return undefined;
  }
  const headEnd = bytes.indexOf(0x0a);
  const body = bytes.subarray(headEnd + 1);
  const first = bytes.toString("latin1", 0, Math.max(0, headEnd));
  if (!first.startsWith(`${head} `) || first !== `${head} ${sha256(body)}`) return undefined;
  const indexEnd = body.indexOf(0x0a);
  // The checksum and the version vouch for the form.
  const index = JSON.parse(body.toString("utf8", 0, indexEnd)) as Index;
  const files = new Map<string, RememberedFile>();
  const components = new Map<string, RememberedComponent>();
  for (const [name, stamp, hash] of index.files) files.set(name, { stamp, sha256: hash });
  let start = indexEnd + 1;
  for (const [name, textSha256, uses, variables, outline, length] of index.components) {
    const facts = body.subarray(start, start + length);
    components.set(name, { textSha256, uses, variables, outline, facts });
    start += length;
  }
  return { files, components };
}

interface Index {
  readonly files: readonly FileEntry[];
  readonly components: readonly ComponentEntry[];
}

type FileEntry = readonly [name: string, stamp: string, sha256: string];
type ComponentEntry = readonly [
  name: string,
  textSha256: string,
  uses: RememberedComponent["uses"],
  variables: string,
  outline: unknown,
  /** Of the facts, in bytes. */
  length: number,
];

function write(
  stateFolder: string,
  head: string,
  files: Content["files"],
  components: Content["components"],
): void {
  const facts: Uint8Array[] = [];
  const index: Index = {
    files: [...files].map(([name, file]): FileEntry => [name, file.stamp, file.sha256]),
    components: [...components].map(([name, component]): ComponentEntry => {
      facts.push(component.facts);
      const { textSha256, uses, variables, outline } = component;
      return [name, textSha256, uses, variables, outline, component.facts.length];
    }),
  };
  const body = Buffer.concat([Buffer.from(`${JSON.stringify(index)}\n`), ...facts]);
  const temporary = join(stateFolder, `${fileName}.${process.pid}.${randomBytes(6).toString("hex")}.tmp`);
  try {
    mkdirSync(stateFolder, { recursive: true });
    removeLeftovers(stateFolder);
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
        message: `the memory of the working tree cannot be written: ${error instanceof Error ? error.message : String(error)}`,
        file: join(stateFolder, fileName),
        fix: "see to the disk's free space; the folder .migrator/ may be removed at any time",
      },
    ]);
  }
}

/** Removes what processes that were killed while saving left behind, an hour later. */
function removeLeftovers(stateFolder: string): void {
  for (const name of readdirSync(stateFolder)) {
    if (!(name.startsWith(`${fileName}.`) && name.endsWith(".tmp"))) continue;
    const path = join(stateFolder, name);
    const stats = statSync(path, { throwIfNoEntry: false });
    if (stats !== undefined && Date.now() - stats.mtimeMs > 3_600_000) rmSync(path, { force: true });
  }
}
