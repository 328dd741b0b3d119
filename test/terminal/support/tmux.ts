/** The tool in a terminal of its own that tmux draws: what a person would see, at any moment. */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export const hasTmux = spawnSync("tmux", ["-V"]).status === 0;

export interface Screen {
  /** What is on the screen now, without empty lines at its end. */
  text(): string;
  /** Types keys as tmux names them: `C-c`. */
  keys(...keys: readonly string[]): void;
  /** Resolves with the first screen that the pattern fits; rejects with the last one after `patience` milliseconds. */
  shows(pattern: RegExp, patience?: number): Promise<string>;
  close(): void;
}

const root = join(import.meta.dirname, "../../..");

/** Runs the tool; when it has ended the screen says `ended with` and its exit code. */
export function openScreen(
  folder: string,
  args: readonly string[],
  {
    width = 80,
    height = 40,
    env = {},
  }: {
    readonly width?: number;
    readonly height?: number;
    readonly env?: Readonly<Record<string, string>>;
  } = {},
): Screen {
  const place = mkdtempSync(join(tmpdir(), "migrator-tmux-"));
  const tmux = (...words: readonly string[]): string =>
    execFileSync("tmux", ["-S", join(place, "socket"), ...words], { encoding: "utf8" });
  const quoted = (word: string): string => `'${word.replaceAll("'", "'\\''")}'`;
  const { PATH = "", HOME = "" } = process.env;
  const given = { PATH, HOME, LANG: "C.UTF-8", TERM: "screen-256color", ...env };
  const variables = Object.entries(given).map(([name, value]) => quoted(`${name}=${value}`));
  const tool = [
    process.execPath,
    "--import",
    import.meta.resolve("tsx"),
    join(root, "src/main.ts"),
    ...args,
  ].map(quoted);
  const line = `env -i ${variables.join(" ")} ${tool.join(" ")}; echo "ended with $?"; exec cat`;
  tmux(
    "-f",
    "/dev/null",
    "-u",
    "new-session",
    "-d",
    "-x",
    String(width),
    "-y",
    String(height),
    "-c",
    folder,
    line,
  );
  const text = (): string => tmux("capture-pane", "-p").trimEnd();
  return {
    text,
    keys: (...keys) => void tmux("send-keys", ...keys),
    async shows(pattern, patience = 20_000) {
      const end = Date.now() + patience;
      for (;;) {
        const shown = text();
        if (pattern.test(shown)) return shown;
        if (Date.now() > end) throw new Error(`the screen never shows ${pattern}:\n${shown}`);
        await new Promise((resolve) => setTimeout(resolve, 30));
      }
    },
    close() {
      spawnSync("tmux", ["-S", join(place, "socket"), "kill-server"]);
      rmSync(place, { recursive: true, force: true });
    },
  };
}
