/** Runs whole processes and takes their time, as a person at a terminal has it. */
import { spawn, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface Run {
  /** In seconds, from the start of the process to its end. */
  readonly seconds: number;
  /** Largest resident size in megabytes; null where it was not asked for. */
  readonly peak: number | null;
}

/** Says at its end how much memory the process had at most; resourceUsage counts in kilobytes. */
const tellPeak = `data:text/javascript,${encodeURIComponent(`
import { writeFileSync } from "node:fs";
process.on("exit", () => writeFileSync(process.env.BENCH_PEAK_FILE, String(process.resourceUsage().maxRSS)));
`)}`;

/** `node main.js ARGUMENTS` in `folder`. */
export async function runTool(main: string, folder: string, args: readonly string[]): Promise<Run> {
  return { seconds: await timed(process.execPath, [main, ...args], folder, {}), peak: null };
}

/** `node ARGUMENTS` in `folder`; in seconds. */
export function runNode(
  args: readonly string[],
  folder: string,
  env: Readonly<Record<string, string>>,
): Promise<number> {
  return timed(process.execPath, args, folder, env);
}

export async function runToolForPeak(main: string, folder: string, args: readonly string[]): Promise<Run> {
  const scratch = mkdtempSync(join(tmpdir(), "migrator-bench-peak-"));
  const file = join(scratch, "peak");
  try {
    const seconds = await timed(process.execPath, ["--import", tellPeak, main, ...args], folder, {
      BENCH_PEAK_FILE: file,
    });
    return { seconds, peak: Number(readFileSync(file, "utf8")) / 1024 };
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

const psql = "psql";

export function hasPsql(): boolean {
  return spawnSync(psql, ["--version"]).status === 0;
}

/** The script in one transaction. */
export async function runPsql(url: string, script: string, folder: string): Promise<Run> {
  const args = ["-X", "-q", "-1", "-v", "ON_ERROR_STOP=1", "-f", script, url];
  return { seconds: await timed(psql, args, folder, {}), peak: null };
}

/** @throws with what the process wrote to standard error, where it fails */
function timed(
  command: string,
  args: readonly string[],
  folder: string,
  env: Readonly<Record<string, string>>,
): Promise<number> {
  return new Promise((resolve, reject) => {
    const start = performance.now();
    const child = spawn(command, args, {
      cwd: folder,
      env: { ...process.env, ...env },
      stdio: ["ignore", "ignore", "pipe"],
    });
    let errors = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      errors += text;
    });
    child.on("error", reject);
    child.on("close", (status) => {
      if (status === 0) resolve((performance.now() - start) / 1000);
      else reject(new Error(`${command} ${args.join(" ")} ended with ${status}: ${errors}`));
    });
  });
}

/** A copy of the built tool, so that a build meanwhile changes nothing: the benchmarks measure what users run. */
export function builtTool(): string {
  const repository = join(import.meta.dirname, "..", "..");
  const built = join(repository, "dist");
  if (!existsSync(join(built, "main.js")))
    throw new Error("dist/main.js is missing: run npm run build first");
  // Inside the repository, where its packages are found.
  const copy = join(repository, "bench", "out", "tool");
  rmSync(copy, { recursive: true, force: true });
  cpSync(built, copy, { recursive: true });
  return join(copy, "main.js");
}
