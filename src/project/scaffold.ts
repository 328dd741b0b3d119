/** Lays out a new project: migrator.json and the folders, with or without the sample. */
import {
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  type Stats,
  statSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { type Diagnostic, MigratorError } from "../../graph/diagnostic.ts";

export interface ScaffoldOptions {
  /** Also copies the package's components-sample. */
  readonly sample: boolean;
}

/**
 * Writes what a project needs into a folder, and returns a line for each thing: `wrote …` or, where it was there already
 * and stays as it is, `kept …`. Throws a MigratorError where something cannot be written.
 */
export function scaffold(folder: string, options: ScaffoldOptions): string[] {
  const done: string[] = [];
  try {
    refuseObstacles(folder);
    mkdirSync(folder, { recursive: true });
    // The sample comes first: what it brings is then kept.
    if (options.sample) copySample(folder, done);
    const project = basename(resolve(folder)) || "project";
    const settings = { ...editorSchema(folder), project, searchPath: ["public"] };
    if (!done.includes("wrote migrator.json")) {
      writeNew(folder, "migrator.json", `${JSON.stringify(settings, null, 2)}\n`, done);
    }
    makeFolder(folder, "migrator/components", done);
    makeFolder(folder, "migrator/migrations", done);
    ignoreState(folder, done);
    keepLineEnds(folder, done);
  } catch (error) {
    if (error instanceof MigratorError || !(error instanceof Error)) throw error;
    throw new MigratorError([
      {
        code: "file",
        message: `the project cannot be written to ${folder}: ${error.message}`,
        fix: "choose a folder that you may write to",
      },
    ]);
  }
  return done;
}

/** Where the package is installed for the project, editors find the schema of migrator.json in it. */
function editorSchema(folder: string): { readonly $schema?: string } {
  const inside = join("node_modules", "migrator", "schema", "migrator.schema.json");
  const start = resolve(folder);
  for (let current = start; ; current = dirname(current)) {
    const found = relative(start, join(current, inside)).split(sep).join("/");
    if (existsSync(join(current, inside))) return { $schema: found.startsWith(".") ? found : `./${found}` };
    if (dirname(current) === current) return {};
  }
}

/** What stands in the way is told before anything is written. */
function refuseObstacles(folder: string): void {
  const wanted = [
    ["migrator.json", "file"],
    [".gitignore", "file"],
    [".gitattributes", "file"],
    ["migrator", "folder"],
    ["migrator/components", "folder"],
    ["migrator/migrations", "folder"],
  ] as const;
  const mistakes = wanted.flatMap(([name, kind]): Diagnostic[] => {
    const path = join(folder, name);
    const entry = lstatSync(folder, { throwIfNoEntry: false }) && existing(path);
    if (entry === undefined || (kind === "file" ? entry.isFile() : entry.isDirectory())) return [];
    const other = kind === "file" ? "folder, or a link to nowhere," : "file, or a link to nowhere,";
    const fix = "move it out of the way, or choose another folder";
    return [{ code: "file", message: `a ${other} stands where the project has a ${kind}`, file: name, fix }];
  });
  if (mistakes.length > 0) throw new MigratorError(mistakes);
}

/** What a name leads to; a link to nowhere is the link itself, and what a file stands above is nothing. */
function existing(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false }) ?? lstatSync(path, { throwIfNoEntry: false });
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOTDIR") return undefined;
    throw error;
  }
}

function writeNew(folder: string, name: string, content: string, done: string[]): void {
  if (existsSync(join(folder, name))) {
    done.push(`kept ${name}`);
    return;
  }
  // The flag settles a race: another process may have written it in the meantime.
  writeFileSync(join(folder, name), content, { flag: "wx" });
  done.push(`wrote ${name}`);
}

function makeFolder(folder: string, name: string, done: string[]): void {
  const isThere = existsSync(join(folder, name));
  mkdirSync(join(folder, name), { recursive: true });
  const line = `${isThere ? "kept" : "wrote"} ${name}/`;
  if (!done.some((other) => other.startsWith(`wrote ${name}/`))) done.push(line);
}

function ignoreState(folder: string, done: string[]): void {
  const path = join(folder, ".gitignore");
  const before = existsSync(path) ? readFileSync(path, "utf8") : "";
  if (before.split(/\r?\n/).some((line) => /^\/?\.migrator\/?$/.test(line.trim()))) {
    done.push("kept .gitignore");
    return;
  }
  const gap = before === "" || before.endsWith("\n") ? "" : "\n";
  writeFileSync(path, `${before}${gap}.migrator/\n`);
  done.push(before === "" ? "wrote .gitignore" : "added .migrator/ to .gitignore");
}

/** What is pinned is known by its bytes: version control must not change its line ends. */
const storedAsTheyAre = "**/pinned_components/** -text";

function keepLineEnds(folder: string, done: string[]): void {
  const path = join(folder, ".gitattributes");
  const before = existsSync(path) ? readFileSync(path, "utf8") : "";
  if (before.split(/\r?\n/).includes(storedAsTheyAre)) {
    done.push("kept .gitattributes");
    return;
  }
  const gap = before === "" || before.endsWith("\n") ? "" : "\n";
  writeFileSync(path, `${before}${gap}${storedAsTheyAre}\n`);
  done.push(before === "" ? "wrote .gitattributes" : "added pinned_components/ to .gitattributes");
}

/**
 * The sample is a project where it has a migrator.json or a migrator/ folder of its own; else its files are components.
 */
function copySample(folder: string, done: string[]): void {
  const sample = sampleFolder();
  const isProject = existsSync(join(sample, "migrator.json")) || existsSync(join(sample, "migrator"));
  const target = isProject ? folder : join(folder, "migrator", "components");
  for (const entry of readdirSync(sample, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const from = join(entry.parentPath, entry.name);
    const to = join(target, relative(sample, from));
    const name = relative(folder, to).split(sep).join("/");
    if (existsSync(to)) {
      done.push(`kept ${name}`);
      continue;
    }
    mkdirSync(dirname(to), { recursive: true });
    cpSync(from, to, { force: false, errorOnExist: true });
    done.push(`wrote ${name}`);
  }
}

/** components-sample/ beside the package's package.json: above src/project/ as well as above dist/. */
function sampleFolder(): string {
  const start = dirname(fileURLToPath(import.meta.url));
  for (let current = start; dirname(current) !== current; current = dirname(current)) {
    const sample = join(current, "components-sample");
    if (existsSync(join(current, "package.json")) && existsSync(sample)) return sample;
  }
  throw new MigratorError([
    {
      code: "file",
      message: "the package comes without its components-sample",
      fix: "install the package anew, or run migrator init without --sample",
    },
  ]);
}
