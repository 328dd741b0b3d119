/** Runs a program that the configuration names, without a shell, for what it prints. */
import { promisify } from "node:util";
import type { Environment } from "./target.ts";

/** How long a command may take, in milliseconds. */
const patience = 30_000;

export interface CommandPlace {
  /** The folder that it runs in. */
  readonly root: string;
  readonly env: Environment;
  /** Bytes that it may print. */
  readonly greatest: number;
}

export type CommandOutput =
  | { readonly printed: Buffer }
  /** What to say behind the program's name. It never holds what the program printed. */
  | { readonly problem: string; readonly errors: string };

/** `errors` is what a failed program wrote to standard error: not to be shown where it may hold a secret. */
export async function runCommand(
  command: readonly string[],
  { root, env, greatest }: CommandPlace,
): Promise<CommandOutput> {
  const [program = "", ...args] = command;
  // Few runs of the tool need it, and all would wait for it.
  const { execFile } = await import("node:child_process");
  try {
    const { stdout } = await promisify(execFile)(program, args, {
      cwd: root,
      env,
      encoding: "buffer",
      timeout: patience,
      killSignal: "SIGKILL",
      maxBuffer: greatest,
      windowsHide: true,
    });
    return { printed: stdout };
  } catch (error) {
    const errors = error instanceof Error && "stderr" in error ? String(error.stderr) : "";
    return { problem: howItFailed(error, greatest), errors };
  }
}

function howItFailed(error: unknown, greatest: number): string {
  if (!(error instanceof Error)) return "failed";
  if ("killed" in error && error.killed === true) return `was stopped after ${patience / 1000} seconds`;
  const code = "code" in error ? error.code : undefined;
  if (typeof code === "number") return `ended with exit code ${code}`;
  if (code === "ENOENT") return "is no program that can be found";
  if (code === "ERR_CHILD_PROCESS_STDIO_MAXBUFFER") return `prints more than ${greatest >> 20} MB`;
  return typeof code === "string" ? `cannot be run (${code})` : "failed";
}
