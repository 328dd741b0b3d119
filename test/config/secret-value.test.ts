import { join } from "node:path";
import { expect, test } from "vitest";
import { MigratorError } from "../../graph/diagnostic.ts";
import type { SecretSource } from "../../src/config/secret-source.ts";
import { readableSecrets, resolveSecrets } from "../../src/config/secret-value.ts";
import { temporaryFolder } from "./folder.ts";

const node = (script: string): SecretSource => ({ command: [process.execPath, "-e", script] });

async function mistakes(
  secrets: Record<string, SecretSource>,
  files: Record<string, string | Uint8Array> = {},
  env = {},
) {
  try {
    await resolveSecrets(new Map(Object.entries(secrets)), { root: temporaryFolder(files), env });
  } catch (error) {
    if (error instanceof MigratorError) return error.diagnostics;
    throw error;
  }
  throw new Error("they were resolved");
}

test("from the environment, a file and a command, without one line end", async () => {
  const root = temporaryFolder({ "secrets/key": "from a file\r\n", two: "abc\n\n" });
  const values = await resolveSecrets(
    new Map<string, SecretSource>([
      ["a", { env: "A" }],
      ["b", { file: "secrets/key" }],
      ["c", { file: join(root, "two") }],
      ["d", node('console.log(process.cwd().length > 0 && process.env.A + "; $HOME")')],
    ]),
    { root, env: { A: "from env\n", PATH: process.env.PATH } },
  );
  expect([...values]).toEqual([
    ["a", "from env\n"],
    ["b", "from a file"],
    ["c", "abc\n"],
    ["d", "from env\n; $HOME"],
  ]);
});

test("a value that is too short to be hidden is refused, and not told", async () => {
  const env = { SHORT: "pwd", LONG: "pass", PATH: process.env.PATH };
  const found = await mistakes(
    { a: { env: "SHORT" }, b: { env: "LONG" }, c: { file: "short" }, d: node("process.stdout.write('xyz')") },
    { short: "qrs\n" },
    env,
  );
  const why = "its value has fewer than 4 characters, which cannot be hidden in what is printed";
  expect(found).toEqual(
    ["a", "c", "d"].map((name) => ({
      code: "secret",
      message: `the secret ${name}: ${why}`,
      fix: "give it a longer value; or make it a plain variable, if it is no secret",
    })),
  );
});

test("every one whose value cannot be had is named, and never what was read or printed", async () => {
  const found = await mistakes(
    {
      a: { env: "A" },
      b: { env: "B" },
      c: { file: "none" },
      d: { file: "folder" },
      e: { file: "nul" },
      f: { file: "bytes" },
      g: { file: "empty" },
      h: { command: ["no-such-program-anywhere"] },
      i: node('console.log("hunter2"); console.error("hunter2"); process.exit(3)'),
      j: node("process.kill(process.pid, 'SIGTERM')"),
    },
    { "folder/x": "", nul: "hunter2\0", bytes: Uint8Array.from([0xff]), empty: "\n" },
    { B: "", PATH: process.env.PATH },
  );
  expect(found.map(({ message }) => message.replaceAll(process.execPath, "node"))).toEqual([
    "the secret a: the environment variable A is not set",
    "the secret b: the environment variable B is empty",
    "the secret c: there is no file none",
    "the secret d: folder: a folder stands in the place of the file",
    "the secret e: the file nul holds a NUL character",
    "the secret f: the file bytes is not UTF-8",
    "the secret g: the file empty is empty",
    "the secret h: no-such-program-anywhere is no program that can be found",
    "the secret i: node ended with exit code 3",
    "the secret j: node failed",
  ]);
  for (const { code, fix } of found) {
    expect(code).toBe("secret");
    expect(fix).toBeTruthy();
  }
  expect(JSON.stringify(found)).not.toContain("hunter2");
});

test("what can be had without running anything is hidden from the start", () => {
  const root = temporaryFolder({ key: "in a file\n" });
  const variables = {
    a: { secret: { env: "A" } },
    b: [{ c: { secret: { file: "key" } } }],
    d: { secret: { command: ["touch", "ran"] } },
    e: { secret: { env: "NONE" } },
    f: "plain",
  };
  expect(readableSecrets(variables, { root, env: { A: "in env" } })).toEqual(["in env", "in a file"]);
});
