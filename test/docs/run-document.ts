/** Runs the blocks of a document in a folder of its own, as its reader would. */
import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import pg from "pg";
import { expect } from "vitest";
import { MigratorError } from "../../graph/diagnostic.ts";
import { createOutput } from "../../src/commands/output.ts";
import { createProgram } from "../../src/commands/program.ts";
import { loadConfig } from "../../src/config/load.ts";
import { temporaryFolder } from "../config/folder.ts";
import { type Block, readBlocks, withOutputs } from "./document.ts";

const repository = resolve(import.meta.dirname, "..", "..");

export interface Place {
  /** What the folder is called. */
  readonly name: string;
  /** A server's database; null: the embedded one. */
  readonly url: string | null;
}

/**
 * Expects every command to print what the document says; UPDATE=1 writes what it prints. `images`: files that the commands make, and
 * that lie in docs/images/.
 */
export async function runDocument(
  file: string,
  { name, url }: Place,
  images: readonly string[] = [],
): Promise<void> {
  const path = join(repository, "docs", file);
  const markdown = readFileSync(path, "utf8");
  const folder = join(temporaryFolder({}), name);
  mkdirSync(folder, { recursive: true });
  const bin = toolFolder(dirname(folder));
  const ids = new Map<string, string>();
  const outputs: string[][] = [];
  const blocks = readBlocks(markdown);
  for (const block of blocks) {
    if (block.kind === "picture") {
      const text = await runCommand(block.command, { folder, bin, url, ids });
      outputs.push([/^```mermaid\n([\s\S]*?)\n```$/m.exec(text)?.[1] ?? text]);
      continue;
    }
    if (block.kind !== "console") {
      await doBlock(block, folder, url, ids);
      continue;
    }
    const printed: string[] = [];
    for (const { command } of block.commands)
      printed.push(await runCommand(command, { folder, bin, url, ids }));
    outputs.push(printed);
  }
  const told = withOutputs(markdown, blocks, outputs);
  const update = process.env.UPDATE === "1";
  if (update) writeFileSync(path, told);
  else expect(told).toBe(markdown);
  for (const image of images) {
    const made = readFileSync(join(folder, image), "utf8");
    const kept = join(repository, "docs", "images", image);
    if (update) writeFileSync(kept, made);
    else expect(readFileSync(kept, "utf8"), image).toBe(made);
  }
}

async function doBlock(
  block: Exclude<Block, { readonly kind: "console" | "picture" }>,
  folder: string,
  url: string | null,
  ids: ReadonlyMap<string, string>,
): Promise<void> {
  switch (block.kind) {
    case "file":
      return write(folder, actual(block.path, ids), block.text);
    case "config": {
      const place = temporaryFolder({ "migrator.json": block.text });
      await loadConfig({ folder: place });
      return;
    }
    case "sql": {
      if (url === null) throw new Error("a document on the embedded database runs no SQL of its own");
      const client = new pg.Client({ connectionString: url });
      await client.connect();
      try {
        await client.query(block.text);
      } finally {
        await client.end();
      }
      return;
    }
    case "other":
      return;
  }
}

function write(folder: string, path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

/** `npx migrator` is the tool from this source. */
function toolFolder(folder: string): string {
  const bin = join(folder, "bin");
  const tsx = join(repository, "node_modules", ".bin", "tsx");
  const script = `#!/bin/sh\n[ "$1" = migrator ] && shift\nexec "${tsx}" "${join(repository, "src", "main.ts")}" "$@"\n`;
  mkdirSync(bin);
  writeFileSync(join(bin, "npx"), script);
  chmodSync(join(bin, "npx"), 0o755);
  return bin;
}

interface Shell {
  readonly folder: string;
  readonly bin: string;
  readonly url: string | null;
  /** Of migrations: what the document calls them, by their name; the clock gives them another. */
  readonly ids: Map<string, string>;
}

async function runCommand(command: string, shell: Shell): Promise<string> {
  const { folder, url, ids } = shell;
  const env = { ...(url === null ? {} : { DATABASE_URL: url }), MIGRATOR_AUTHOR: "anna", NO_COLOR: "1" };
  const words = toolWords(actual(command, ids));
  const ran = words === null ? inShell(actual(command, ids), shell, env) : await runHere(folder, words, env);
  rememberIds(folder, command, ids);
  const text = told(ran.text.trimEnd(), folder, url, ids);
  // Some commands are shown because they fail.
  return ran.code === 0 ? text : `${text}\n[exit code ${ran.code}]`;
}

/** Of a command that is the tool alone, without pipes and the like; null of any other. */
function toolWords(command: string): readonly string[] | null {
  const text = command.replaceAll(/\\\n\s*/g, "");
  if (!text.startsWith("npx migrator ") || /[|&;<>$`]/.test(text)) return null;
  const words = text.slice("npx migrator ".length).match(/(?:[^\s'"]|'[^']*'|"[^"]*")+/g) ?? [];
  return words.map((word) => word.replaceAll(/['"]/g, ""));
}

/** As main.ts runs it, with both outputs in one text, in this process: starting another one for each would take minutes. */
async function runHere(
  folder: string,
  words: readonly string[],
  env: Record<string, string>,
): Promise<RanText> {
  let text = "";
  const stream = { write: (part: string) => (text += part) };
  const world = { stdout: stream, stderr: stream, env };
  try {
    const code = await createProgram({ folder, env, process: world }).run(words);
    return { code, text };
  } catch (error) {
    if (!(error instanceof MigratorError)) throw error;
    createOutput({ color: false }, world).fail(error.diagnostics, folder);
    return { code: error.exitCode, text };
  }
}

interface RanText {
  readonly code: number | null;
  readonly text: string;
}

function inShell(command: string, { folder, bin }: Shell, own: Record<string, string>): RanText {
  const { PATH = "", HOME = "", XDG_CACHE_HOME } = process.env;
  const cache = XDG_CACHE_HOME === undefined ? {} : { XDG_CACHE_HOME };
  const env = { PATH: `${bin}:${PATH}`, HOME, ...cache, ...own };
  const ran = spawnSync("bash", ["-c", `exec 2>&1; ${command}`], { cwd: folder, env, encoding: "utf8" });
  return { code: ran.status, text: ran.stdout };
}

/** A migration that a command made gets the timestamp that the document gives it: the next minute of a fixed day. */
function rememberIds(folder: string, command: string, ids: Map<string, string>): void {
  const [, name] = /migration new (?:--\S+ )*([a-z][\w-]*)/.exec(command) ?? [];
  if (name === undefined || ids.has(name)) return;
  const found = readdirSync(folder, { recursive: true, encoding: "utf8" }).map((path) => basename(path));
  const id = found.find((one) => /^\d{14}-/.test(one) && one.slice(15) === name);
  if (id !== undefined) ids.set(name, id);
}

function shownId(name: string, ids: ReadonlyMap<string, string>): string {
  const minute = [...ids.keys()].indexOf(name);
  return `202601021200${String(minute).padStart(2, "0")}-${name}`;
}

function actual(text: string, ids: ReadonlyMap<string, string>): string {
  return [...ids].reduce((all, [name, id]) => all.replaceAll(shownId(name, ids), id), text);
}

/** What differs at each run stands as the same words. */
function told(text: string, folder: string, url: string | null, ids: ReadonlyMap<string, string>): string {
  const named = [...ids].reduce((all, [name, id]) => all.replaceAll(id, shownId(name, ids)), text);
  const database = url === null ? [] : [new URL(url)];
  return database
    .reduce(
      (all, { host, pathname }) =>
        all.replaceAll(`${host}${pathname}`, "localhost:5432/app").replaceAll(pathname.slice(1), "app"),
      named.replaceAll(folder, `~/${basename(folder)}`),
    )
    .replaceAll(/\b\d+(\.\d+)? (ms|s)\b/g, "12 ms")
    .replaceAll(/\b\d{4}-\d\d-\d\d([ T])\d\d:\d\d:\d\d(\.\d+)?/g, "2026-01-02$112:00:00")
    .replaceAll(/[ \t]+$/gm, "");
}
