/**
 * The data folder of an embedded database in memory, from a tar file of it. Nothing is copied: each file is a part of the tar's
 * own bytes, and MEMFS (https://emscripten.org/docs/api_reference/Filesystem-API.html) writes into them until a file grows.
 */
import { type PGlite, PGlite as PGliteClass, type PGliteOptions } from "@electric-sql/pglite";
import { EmscriptenBuiltinFilesystem } from "@electric-sql/pglite/basefs";

/** A node of MEMFS as it is there when the program runs: a file's contents are its own to set. */
interface MemoryNode {
  readonly node_ops: {
    mknod(parent: MemoryNode, name: string, mode: number, device: number): MemoryNode;
  };
  contents: Uint8Array;
  usedBytes: number;
}

const block = 512;
/** Of a tar's entry, in its 157th byte. */
const folderType = "5".charCodeAt(0);
const folderMode = 0o40700;
const fileMode = 0o100600;

class TarFiles extends EmscriptenBuiltinFilesystem {
  readonly #tar: Buffer;

  constructor(tar: Uint8Array) {
    super();
    this.#tar = Buffer.from(tar.buffer, tar.byteOffset, tar.byteLength);
  }

  override async initialSyncFs(): Promise<void> {
    const { FS } = moduleOf(this.pg);
    FS.mkdirTree(PGliteClass.paths.PGDATA);
    const folders = new Map([["", FS.lookupPath(PGliteClass.paths.PGDATA).node as unknown as MemoryNode]]);
    for (const { path, isFolder, contents } of entriesOf(this.#tar)) {
      const cut = path.lastIndexOf("/");
      const parent = folders.get(path.slice(0, Math.max(0, cut)));
      if (parent === undefined) throw new Error(`the folder of ${path} is not in the tar file before it`);
      const node = parent.node_ops.mknod(parent, path.slice(cut + 1), isFolder ? folderMode : fileMode, 0);
      if (isFolder) folders.set(path, node);
      else {
        node.contents = contents;
        node.usedBytes = contents.length;
      }
    }
  }

  override async closeFs(): Promise<void> {
    moduleOf(this.pg).FS.quit();
  }
}

function moduleOf(pglite: PGlite | undefined): PGlite["Module"] {
  if (pglite === undefined) throw new Error("the database has not begun to start");
  return pglite.Module;
}

interface TarEntry {
  /** Relative to the data folder. */
  readonly path: string;
  readonly isFolder: boolean;
  readonly contents: Uint8Array;
}

/** What PGlite's dumpDataDir writes (ustar): folders before what is in them, no links, and no path too long for its field. */
function* entriesOf(tar: Buffer): Generator<TarEntry> {
  const text = (from: number, length: number): string => {
    const field = tar.subarray(from, from + length);
    const end = field.indexOf(0);
    return field.toString("utf8", 0, end === -1 ? length : end);
  };
  for (let at = 0; at + block <= tar.length && tar[at] !== 0; ) {
    const size = Number.parseInt(text(at + 124, 12), 8);
    if (!Number.isInteger(size)) throw new Error("the tar file of the embedded database is damaged");
    const begin = at + block;
    yield {
      path: text(at, 100).replace(/^\/|\/$/g, ""),
      isFolder: tar[at + 156] === folderType,
      contents: new Uint8Array(tar.buffer, tar.byteOffset + begin, size),
    };
    at = begin + Math.ceil(size / block) * block;
  }
}

/** Types of arrays are read at the start for queries of PGlite's own; here node-postgres asks. */
class QuietPGlite extends PGliteClass {
  override async _initArrayTypes(): Promise<void> {}
}

/** Starts a database that begins as the tar file says; its bytes belong to the database from now on. */
export async function startInMemory(tar: Uint8Array, options: PGliteOptions): Promise<PGlite> {
  const pglite = new QuietPGlite({ ...options, fs: new TarFiles(tar) });
  await pglite.waitReady;
  return pglite;
}
