/** The same by psql: on connections that are reused, and by a process for each tenant, as many at once. */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** In seconds. `scripts`: one for each tenant. */
export async function psqlReused(url: string, scripts: readonly string[], jobs: number): Promise<number> {
  return withFiles(
    Array.from({ length: jobs }, (_, job) => scripts.filter((_script, i) => i % jobs === job).join("\n")),
    (files) => timed(() => Promise.all(files.map((file) => psql(url, file)))),
  );
}

/** The same with a process for each. */
export async function psqlEach(url: string, scripts: readonly string[], jobs: number): Promise<number> {
  return withFiles(scripts, (files) => {
    let next = 0;
    const worker = async (): Promise<void> => {
      for (let file = files[next++]; file !== undefined; file = files[next++]) await psql(url, file);
    };
    return timed(() => Promise.all(Array.from({ length: jobs }, worker)));
  });
}

async function withFiles<T>(
  texts: readonly string[],
  work: (files: readonly string[]) => Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "migrator-bench-psql-"));
  try {
    const files = texts.map((text, i) => {
      const file = join(folder, `${i}.sql`);
      writeFileSync(file, text);
      return file;
    });
    return await work(files);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}

const program = "psql";

function psql(url: string, file: string): Promise<void> {
  const args = ["-X", "-q", "-o", "/dev/null", "-v", "ON_ERROR_STOP=1", "-f", file, url];
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ["ignore", "ignore", "pipe"] });
    let errors = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      errors += text;
    });
    child.on("error", reject);
    child.on("close", (status) => {
      if (status === 0) resolve();
      else reject(new Error(`psql ended with ${status}: ${errors}`));
    });
  });
}
