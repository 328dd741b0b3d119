/** Runs a malformed input through the command line, and sees to it that it is told well and changes nothing. */
import { createHash } from "node:crypto";
import {
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { expect } from "vitest";
import { type Diagnostic, MigratorError } from "../../graph/diagnostic.ts";
import { createOutput } from "../../src/commands/output.ts";
import { createProgram } from "../../src/commands/program.ts";
import type { Database } from "../../src/database/database.ts";
import { runScript } from "../cases/support/sync-texts.ts";
import { temporaryFolder } from "../config/folder.ts";
import type { BadInput, Content } from "./bad-input.ts";

const componentsFolder = "migrator/components/";
/** Commands that others stand below. */
const groups: ReadonlySet<string> = new Set(["component", "migration", "pin"]);
/** What is remembered of migrations that were built belongs to no input. */
const remembered = /^\.migrator(\/(built|settled)-migrations|\/shadow.*|$)/;
/** What only a bug of the tool, of Node.js or of a library would say. */
const raw =
  /\bat \S+ \(|node:internal|\.ts:\d|\[object|undefined is not (a|an) (function|object)|is not a function|Cannot read propert|RuntimeError|Maximum call stack|unreachable|\bXX0|\bE[A-Z]{5,}:|internal error/;

/** The project's folder. */
export function writeProject(input: Pick<BadInput, "components" | "files" | "config">): string {
  const folder = temporaryFolder();
  const files: Record<string, Content | null> = {
    "migrator.json": JSON.stringify({ project: "app", ...input.config }),
    "migrator/components/.gitkeep": "",
    ...input.files,
  };
  for (const [name, content] of Object.entries(input.components ?? {}))
    files[componentsFolder + name] = content;
  writeAll(folder, files);
  return folder;
}

function writeAll(folder: string, files: Readonly<Record<string, Content | null>>): void {
  for (const [name, content] of Object.entries(files)) {
    const path = join(folder, name);
    if (content === null) {
      rmSync(path, { recursive: true, force: true });
      continue;
    }
    mkdirSync(dirname(path), { recursive: true });
    if (typeof content === "string" || content instanceof Uint8Array) writeFileSync(path, content);
    else if ("folder" in content) mkdirSync(path);
    else symlinkSync(content.link, path);
  }
}

interface Ran {
  readonly exit: number;
  readonly diagnostics: readonly Diagnostic[];
  readonly stdout: string;
  readonly stderr: string;
}

/** As main.ts does; whatever is no MigratorError is a bug and is thrown on. */
export async function runProject(
  folder: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<Ran> {
  const written = { stdout: "", stderr: "" };
  const stream = (name: "stdout" | "stderr") =>
    ({
      isTTY: false,
      write: (text: string) => {
        written[name] += text;
        return true;
      },
    }) as unknown as NodeJS.WriteStream & { fd: 1 & 2 };
  const process = { stdout: stream("stdout"), stderr: stream("stderr"), env };
  try {
    const exit = await createProgram({ folder, env, process }).run(args);
    return { exit, diagnostics: [], ...written };
  } catch (error) {
    if (!(error instanceof MigratorError)) throw error;
    createOutput({ color: false }, process).fail(error.diagnostics, folder);
    return { exit: error.exitCode, diagnostics: error.diagnostics, ...written };
  }
}

/** Runs it twice, for a person and with --json, and returns what it told, for the record of all messages. */
export async function checkBadInput(input: BadInput, database: Database, url: string): Promise<string> {
  const folder = writeProject(input);
  if (input.before !== undefined) await runScript(database, input.before);
  const env = Object.fromEntries(
    Object.entries({ DATABASE_URL: url, ...input.env }).flatMap(([name, value]) =>
      value === null ? [] : [[name, value]],
    ),
  );
  for (const command of input.first ?? []) {
    const { exit, stderr } = await runProject(folder, command, env);
    if (exit !== 0) throw new Error(`${command.join(" ")}: ${stderr}`);
  }
  writeAll(folder, input.later ?? {});
  const before = { database: await snapshot(database), files: listFiles(folder) };
  const args = (input.run ?? ["sync"]).map((arg) => arg.replace(/^URL$/, url));
  const ran = await runProject(folder, args, env);
  const gives = typeof input.gives === "string" ? [input.gives] : input.gives;
  expect.soft(ran.diagnostics.map(place), ran.stderr).toEqual(gives);
  expect.soft(ran.exit).toBe(input.exit ?? 1);
  expect.soft(ran.stderr).not.toMatch(raw);
  for (const { message, fix } of ran.diagnostics) {
    expect.soft(message.trim(), "its message").not.toBe("");
    expect.soft(fix?.trim() ?? "", `the fix of: ${message}`).not.toBe("");
  }
  const json = await runProject(folder, args.toSpliced(groups.has(args[0] ?? "") ? 2 : 1, 0, "--json"), env);
  expect.soft(json.exit, "with --json").toBe(input.exit ?? 1);
  expect.soft(errorsOf(json.stdout), "with --json").toEqual(ran.diagnostics);
  expect.soft(await snapshot(database), "the database").toEqual(before.database);
  // A watch had begun when it saw the mistake, and keeps what it read of the files.
  const kept = args[0] === "watch" ? /^\.migrator(\/working-tree|$)/ : remembered;
  expect
    .soft(
      listFiles(folder).filter((line) => !kept.test(line.split(" ", 1)[0] ?? "")),
      "the files",
    )
    .toEqual(before.files.filter((line) => !kept.test(line.split(" ", 1)[0] ?? "")));
  return ran.diagnostics.map((one) => describe(one, folder, url)).join("\n");
}

function errorsOf(stdout: string): unknown {
  try {
    const printed: unknown = JSON.parse(stdout);
    return typeof printed === "object" && printed !== null && "errors" in printed ? printed.errors : printed;
  } catch {
    return `no JSON: ${stdout}`;
  }
}

function place({ code, file, line, column }: Diagnostic): string {
  const shown = file?.startsWith(componentsFolder) ? file.slice(componentsFolder.length) : file;
  const at = [shown, line, column].filter((part) => part !== undefined).join(":");
  return at === "" ? code : `${code} ${at}`;
}

/** Without what differs from run to run. */
function describe(diagnostic: Diagnostic, folder: string, url: string): string {
  const { message, detail, fix } = diagnostic;
  const { port, pathname } = new URL(url);
  const shorten = (text: string) =>
    text
      .replaceAll(folder, "PROJECT")
      .replaceAll(`:${port}`, ":PORT")
      .replaceAll(`port ${port}`, "port PORT")
      .replaceAll(pathname.slice(1), "DATABASE")
      .replace(/(?<=localhost:|127\.0\.0\.1:|port )\d{4,5}/g, "PORT")
      .replace(/(.{400}).{20,}/gs, "$1…");
  return [
    `  ${place(diagnostic)}: ${message}`,
    ...(detail === undefined ? [] : detail.split("\n").map((line) => `    ${line}`)),
    `    fix: ${fix}`,
  ]
    .map(shorten)
    .join("\n");
}

/** Every row of the catalog and of the ledger, by the transaction that wrote it. Roles are the whole server's, and other tests make some. */
async function snapshot(database: Database): Promise<unknown> {
  const of = (table: string, key = "oid") =>
    `select '${table}' as of, count(*)::int, md5(string_agg(${key}::text || ' ' || xmin::text, ',' order by ${key}::text)) as rows from ${table}`;
  const [catalog, ledger] = await database.batch([
    [
      "pg_class",
      "pg_proc",
      "pg_type",
      "pg_rewrite",
      "pg_trigger",
      "pg_policy",
      "pg_namespace",
      "pg_constraint",
      "pg_default_acl",
    ]
      .map((table) => of(table))
      .concat(of("pg_attribute", "(attrelid, attnum)"), of("pg_description", "(objoid, classoid, objsubid)"))
      .join(" union all ")
      .concat(" order by 1"),
    "select to_regclass('migrator.project') is not null as any, to_regclass('migrator.migration') is not null as migrations",
  ]);
  if (ledger?.[0]?.any !== true) return { catalog, ledger: null };
  const migrations = ledger[0].migrations
    ? await database.batch([
        "select to_jsonb(m) as migration, xmin::text from migrator.migration m order by to_jsonb(m)::text",
      ])
    : null;
  return {
    catalog,
    migrations,
    ledger: await database.batch([
      "select *, xmin from migrator.project order by 1",
      "select p.*, xmin from migrator.object p order by 1, 2, 3, 4, 5, 6, 7",
      "select p.*, xmin from migrator.run p order by 1",
    ]),
  };
}

/** Each path with what it holds. */
function listFiles(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .sort()
    .map((name) => {
      const path = join(folder, name);
      const stats = lstatSync(path);
      if (stats.isSymbolicLink()) return `${name} -> ${readlinkSync(path)}`;
      return stats.isFile()
        ? `${name} ${createHash("sha256").update(readFileSync(path)).digest("hex")}`
        : name;
    });
}
