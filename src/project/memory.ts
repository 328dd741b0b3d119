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
  /** The facts as JSON. */
  readonly facts: string;
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
const format = "migrator working tree 1";

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
 * The file has a line for its head with a checksum of the rest, then one line an entry: JSON, and for a component a tab and
 * its facts (JSON text never holds a raw tab or line end). Undefined where it is anything else.
 */
function load(path: string, head: string): Content | undefined {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(path);
  } catch {
    // No memory, or none that can be read: the work is done without.
    return undefined;
  }
  const headEnd = bytes.indexOf(0x0a);
  const body = bytes.subarray(headEnd + 1);
  const first = new TextDecoder().decode(bytes.subarray(0, Math.max(0, headEnd)));
  if (!first.startsWith(`${head} `) || first !== `${head} ${sha256(body)}`) return undefined;
  const files = new Map<string, RememberedFile>();
  const components = new Map<string, RememberedComponent>();
  const text = new TextDecoder().decode(body);
  for (let start = 0; start < text.length; ) {
    const lineEnd = text.indexOf("\n", start);
    const line = text.slice(start, lineEnd);
    const tab = line.indexOf("\t");
    const entry: unknown = JSON.parse(tab === -1 ? line : line.slice(0, tab));
    // The checksum and the version vouch for the form.
    if (tab !== -1) {
      const [name, textSha256, uses, variables] = entry as ComponentEntry;
      components.set(name, { textSha256, uses, variables, facts: line.slice(tab + 1) });
    } else {
      const [name, stamp, hash] = entry as FileEntry;
      files.set(name, { stamp, sha256: hash });
    }
    start = lineEnd + 1;
  }
  return { files, components };
}

type FileEntry = readonly [name: string, stamp: string, sha256: string];
type ComponentEntry = readonly [
  name: string,
  textSha256: string,
  uses: RememberedComponent["uses"],
  variables: string,
];

function write(
  stateFolder: string,
  head: string,
  files: Content["files"],
  components: Content["components"],
): void {
  const lines: string[] = [];
  for (const [name, file] of files) {
    const entry: FileEntry = [name, file.stamp, file.sha256];
    lines.push(`${JSON.stringify(entry)}\n`);
  }
  for (const [name, component] of components) {
    const entry: ComponentEntry = [name, component.textSha256, component.uses, component.variables];
    lines.push(`${JSON.stringify(entry)}\t${component.facts}\n`);
  }
  const body = Buffer.from(lines.join(""), "utf8");
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
