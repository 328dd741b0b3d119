/** libpg_query in WebAssembly, which is loaded when there is something to parse. */
import { createRequire } from "node:module";
import { compileQuickly } from "../wasm-compilation.ts";

type Whole = typeof import("libpg-query");
type Library = Pick<Whole, "hasSqlDetails" | "parsePlPgSQLSync" | "parseSync">;

let loading: Promise<Library> | undefined;
let library: Library | undefined;

/**
 * To be awaited once before anything is parsed. The optimizing compiler is not let at it: for the grammar's one huge function it
 * takes longer than it saves (1,050 files: 0.43 s of CPU time with it, 0.18 s without; 10,500 files: still 0.5 s more).
 */
export async function loadParser(): Promise<void> {
  loading ??= compileQuickly(async () => {
    // Node looks for the names that a CommonJS module exports before it imports one: a third of the whole load.
    const loaded: Whole = createRequire(import.meta.url)("libpg-query");
    await loaded.loadModule();
    return loaded;
  });
  library = await loading;
}

export function parserLibrary(): Library {
  if (library === undefined) throw new Error("loadParser must be awaited before anything is parsed");
  return library;
}
