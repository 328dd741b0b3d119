/**
 * The memory of the working tree in .migrator/: what each file was when it was last read, and the facts that were parsed
 * from it. It only ever saves work: without it, or with one that is damaged or of another version, everything is read anew.
 */
import { readStateFile, writeStateFile } from "./state-file.ts";
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
  const loaded = load(stateFolder, head) ?? { files: new Map(), components: new Map() };
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
function load(stateFolder: string, head: string): Content | undefined {
  const body = readStateFile(stateFolder, fileName, head);
  if (body === undefined) return undefined;
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
  writeStateFile(stateFolder, fileName, head, body, "the memory of the working tree");
}
