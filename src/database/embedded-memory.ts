/**
 * The data folder of an embedded database in memory, from a tar file of it. A file of it is read when PostgreSQL first looks at it, which
 * is true of one in six; from then on MEMFS (https://emscripten.org/docs/api_reference/Filesystem-API.html) has it, and writes into it.
 */
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { type PGlite, PGlite as PGliteClass, type PGliteOptions } from "@electric-sql/pglite";
import { EmscriptenBuiltinFilesystem } from "@electric-sql/pglite/basefs";
import { contentsOf, entriesOf, type Tar } from "./tar.ts";

/** A node of MEMFS as it is there when the program runs: a file's contents are its own to set. */
interface MemoryNode {
  readonly node_ops: {
    mknod(parent: MemoryNode, name: string, mode: number, device: number): MemoryNode;
  };
  contents: Uint8Array;
  usedBytes: number;
}

const folderMode = 0o40700;
const fileMode = 0o100600;
const packedMode = 0o100777;

class TarFiles extends EmscriptenBuiltinFilesystem {
  readonly #tar: Tar;

  constructor(tar: Tar) {
    super();
    this.#tar = tar;
  }

  override async init(
    pg: PGlite,
    options: Partial<PGlite["Module"]>,
  ): ReturnType<EmscriptenBuiltinFilesystem["init"]> {
    const done = await super.init(pg, options);
    const { emscriptenOpts } = done;
    return {
      emscriptenOpts: { ...emscriptenOpts, preRun: [...(emscriptenOpts.preRun ?? []), addFilesQuickly] },
    };
  }

  override async initialSyncFs(): Promise<void> {
    const { FS } = moduleOf(this.pg);
    FS.mkdirTree(PGliteClass.paths.PGDATA);
    const folders = new Map([["", FS.lookupPath(PGliteClass.paths.PGDATA).node as unknown as MemoryNode]]);
    for (const entry of entriesOf(this.#tar)) {
      const { path, isFolder } = entry;
      const cut = path.lastIndexOf("/");
      const parent = folders.get(path.slice(0, Math.max(0, cut)));
      if (parent === undefined) throw new Error(`the folder of ${path} is not in the tar file before it`);
      const node = parent.node_ops.mknod(parent, path.slice(cut + 1), isFolder ? folderMode : fileMode, 0);
      if (isFolder) folders.set(path, node);
      else {
        readLate(node, () => contentsOf(this.#tar, entry));
        node.usedBytes = entry.size;
      }
    }
  }

  override async closeFs(): Promise<void> {
    moduleOf(this.pg).FS.quit();
    this.#tar.close();
  }
}

/** MEMFS reads and sets `contents` as a plain property. */
function readLate(node: MemoryNode, read: () => Uint8Array): void {
  const set = (value: Uint8Array): void => {
    Object.defineProperty(node, "contents", { value, writable: true, enumerable: true });
  };
  const get = (): Uint8Array => {
    const value = read();
    set(value);
    return value;
  };
  Object.defineProperty(node, "contents", { get, set, configurable: true, enumerable: true });
}

/**
 * The files that PGlite brings along (time zones, dictionaries and so on, a thousand) are made by Module.FS_createDataFile, which
 * looks up the whole path of each several times and copies its contents: here a folder is looked up once.
 */
function addFilesQuickly(module: PGlite["Module"]): void {
  const folders = new Map<string, MemoryNode>();
  module.FS_createDataFile = (path: string, _name: null, contents: Uint8Array) => {
    const cut = path.lastIndexOf("/");
    const folder = path.slice(0, cut);
    let parent = folders.get(folder);
    if (parent === undefined) {
      parent = module.FS.lookupPath(folder).node as unknown as MemoryNode;
      folders.set(folder, parent);
    }
    const node = parent.node_ops.mknod(parent, path.slice(cut + 1), packedMode, 0);
    node.contents = contents;
    node.usedBytes = contents.length;
  };
}

function moduleOf(pglite: PGlite | undefined): PGlite["Module"] {
  if (pglite === undefined) throw new Error("the database has not begun to start");
  return pglite.Module;
}

/** Types of arrays are read at the start for queries of PGlite's own; here node-postgres asks. */
class QuietPGlite extends PGliteClass {
  override async _initArrayTypes(): Promise<void> {}
}

declare global {
  // Node has it; its types come with those of browsers only.
  namespace WebAssembly {
    function compile(bytes: Uint8Array): Promise<WebAssembly.Module>;
  }
}

let program: Promise<WebAssembly.Module> | undefined;

/** PGlite's program, checked by threads of V8's while others work; all databases of the process share it. */
export function loadProgram(): Promise<WebAssembly.Module> {
  program ??= readFile(
    join(dirname(createRequire(import.meta.url).resolve("@electric-sql/pglite")), "pglite.wasm"),
  ).then((bytes) => WebAssembly.compile(bytes));
  return program;
}

/** Starts a database that begins as the tar file says; `tar` belongs to the database from now on. */
export async function startInMemory(tar: Tar, options: PGliteOptions): Promise<PGlite> {
  try {
    const pglite = new QuietPGlite({
      ...options,
      pgliteWasmModule: await loadProgram(),
      fs: new TarFiles(tar),
    });
    await pglite.waitReady;
    return pglite;
  } catch (error) {
    tar.close();
    throw error;
  }
}
