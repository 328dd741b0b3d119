/** `migrator watch` as a process of its own, for what only a process can show: signals, and time that nobody shares. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

export interface WatchProcess {
  readonly child: ChildProcess;
  stdout(): string;
  stderr(): string;
  /** Resolves when standard output has the text; rejects when the process ends before. */
  says(text: string): Promise<void>;
  /** Sends the signal and resolves with the exit code, null where the signal itself ended it. */
  end(signal: NodeJS.Signals): Promise<number | null>;
}

const main = fileURLToPath(new URL("../../../src/main.ts", import.meta.url));
const repository = fileURLToPath(new URL("../../..", import.meta.url));

/** `command`: another one that signals end gently. `ownGroup`: a signal to `-child.pid` reaches it and what it started, as Ctrl-C in a terminal does. */
export function startWatch(
  folder: string,
  args: readonly string[],
  ownGroup = false,
  command = "watch",
): WatchProcess {
  const loader = import.meta.resolve("tsx", `file://${repository}`);
  const { DATABASE_URL: _, ...env } = process.env;
  const child = spawn(process.execPath, ["--import", loader, main, command, ...args], {
    cwd: folder,
    env: { ...env, NO_COLOR: "1" },
    stdio: ["ignore", "pipe", "pipe"],
    detached: ownGroup,
  });
  let stdout = "";
  let stderr = "";
  let changed: () => void = () => {};
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
    changed();
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  const exit = once(child, "exit").then(([code]) => code as number | null);
  return {
    child,
    stdout: () => stdout,
    stderr: () => stderr,
    says: (text) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          if (stdout.includes(text)) resolve();
        };
        changed = look;
        void exit.then((code) => reject(new Error(`it ended with ${code}: ${stdout}${stderr}`)));
        look();
      }),
    end: (signal) => {
      child.kill(signal);
      return exit;
    },
  };
}
