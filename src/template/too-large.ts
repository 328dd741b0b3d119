/** minijinja broke off: its memory ended. It does not say at which place. */
import { MigratorError } from "../../graph/diagnostic.ts";

/** A trap of WebAssembly; the types of Node.js do not know its class. */
export function isTrap(error: Error): boolean {
  return error.name === "RuntimeError";
}

export function tooLarge(file: string): MigratorError {
  return new MigratorError([
    {
      code: "template-error",
      message: "the template needs more memory than there is",
      file,
      line: 1,
      fix: "see whether a loop makes a text longer without end; write fewer objects from one template",
    },
  ]);
}
