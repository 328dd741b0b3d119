/**
 * How V8 compiles the WebAssembly modules that the tool uses. Its flags hold for the whole process, so that modules whose
 * compiler matters are compiled one after another.
 */
import { setFlagsFromString } from "node:v8";

let turn: Promise<unknown> = Promise.resolve();

/** Loads a module that runs for long enough to be worth V8's optimizing compiler, as is its habit. */
export function compileThoroughly<T>(load: () => Promise<T>): Promise<T> {
  const result = turn.then(load);
  turn = result.catch(() => undefined);
  return result;
}

/** Loads a module that keeps what V8's fast compiler makes of it: `load` imports and instantiates it. */
export function compileQuickly<T>(load: () => Promise<T>): Promise<T> {
  return compileThoroughly(async () => {
    setFlagsFromString("--liftoff-only");
    try {
      return await load();
    } finally {
      setFlagsFromString("--no-liftoff-only");
    }
  });
}
