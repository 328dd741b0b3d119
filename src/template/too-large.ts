/** minijinja broke off: its memory ended. It does not say at which place. */
import { MigratorError } from "../../graph/diagnostic.ts";

/** A trap of WebAssembly; the types of Node.js do not know its class. */
export function isTrap(error: Error): boolean {
  return error.name === "RuntimeError";
}

/** A text that is too long for a string of JavaScript, on its way out of WebAssembly. */
export function isTooLong(error: Error): boolean {
  return "code" in error && error.code === "ERR_STRING_TOO_LONG";
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
