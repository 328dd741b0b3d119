/** The files below components/ as they are known now: read when needed, hashed only when something touched them. */
import { readFileSync, statSync } from "node:fs";
import { isAbsolute, join, relative, sep } from "node:path";
import { type Diagnostic, MigratorError } from "../../graph/diagnostic.ts";
import type { Config } from "../config/config.ts";
import type { TemplateSources } from "../template/environment.ts";
import type { RememberedFile } from "./memory.ts";
import { isIgnored } from "./placement.ts";
import { fileMistake, listFolder, type ProjectFile, scanProject, statFile } from "./scan.ts";
import { racy } from "./stamp.ts";
import { readTextFile, sha256, type TextFile } from "./text-file.ts";

export interface WorkingTree {
  readonly files: ReadonlyMap<string, ProjectFile>;
  /** Folders and links that cannot be followed. */
  readonly mistakes: () => readonly Diagnostic[];
  /** The hashes known in this run, with the stamp for which they hold. */
  readonly hashes: ReadonlyMap<string, RememberedFile>;
  /** The hash of a file's bytes; null where there is no such file or it is no text. */
  hashOf(name: string): string | null;
  read(name: string): TextFile | undefined;
  /** Templates' view of the files: reading one that is no text throws a MigratorError. */
  readonly sources: TemplateSources;
  /** Looks at these absolute paths again (files or folders), and returns the names of files whose content changed. */
  refresh(paths: Iterable<string>): Refreshed;
}

interface Refreshed {
  /** Changed, added and removed files. */
  readonly touched: ReadonlySet<string>;
  /** True where a file was added or removed. */
  readonly membership: boolean;
}

/** The name here of a file outside components/ that a template reads; `path` is relative to the project's root. */
export function readName(path: string): string {
  return `//${path}`;
}

/** The absolute path of a name that `readName` gave; null for any other. */
export function readPath(config: Config, name: string): string | null {
  return name.startsWith("//") ? join(config.root, name.slice(2)) : null;
}

export function openWorkingTree(
  config: Config,
  remembered: ReadonlyMap<string, RememberedFile>,
): WorkingTree {
  let lookedAt = Date.now();
  const scan = scanProject(config);
  let mistakes = [...scan.unlisted];
  const files = new Map(scan.files.map((file) => [file.name, file]));
  const hashes = new Map<string, RememberedFile>();
  let last: { readonly name: string; readonly content: TextFile } | undefined;

  const read = (name: string): TextFile | undefined => {
    const file = files.get(name);
    if (file === undefined) return undefined;
    const content = readTextFile(config, file.path);
    if (content.kind === "text") {
      const settled = file.touched < lookedAt - racy;
      hashes.set(name, { stamp: settled ? file.stamp : "", sha256: content.sha256 });
    } else hashes.delete(name);
    last = { name, content };
    return content;
  };

  const hashOf = (name: string): string | null => {
    const known = hashes.get(name);
    if (known !== undefined) return known.sha256;
    const outside = readPath(config, name);
    if (outside !== null) return hashOfRead(name, outside);
    const file = files.get(name);
    if (file === undefined) return null;
    const before = remembered.get(name);
    if (before !== undefined && before.stamp === file.stamp) {
      hashes.set(name, before);
      return before.sha256;
    }
    const content = read(name);
    return content?.kind === "text" ? content.sha256 : null;
  };

  /** A file that a template reads, of any content. */
  const hashOfRead = (name: string, path: string): string | null => {
    const file = statFile(name, path);
    if (file === null) return null;
    const before = remembered.get(name);
    const settled = file.touched < lookedAt - racy;
    const now =
      before !== undefined && before.stamp === file.stamp
        ? before
        : { stamp: settled ? file.stamp : "", sha256: sha256(readFileSync(path)) };
    hashes.set(name, now);
    return now.sha256;
  };

  const refresh = (paths: Iterable<string>): Refreshed => {
    lookedAt = Date.now();
    last = undefined;
    const touched = new Set<string>();
    let membership = false;
    const visit = (file: ProjectFile): void => {
      const before = hashes.get(file.name)?.sha256;
      membership ||= !files.has(file.name);
      files.set(file.name, file);
      const content = read(file.name);
      if (content?.kind !== "text" || content.sha256 !== before) touched.add(file.name);
    };
    const remove = (name: string): void => {
      if (!files.delete(name)) return;
      hashes.delete(name);
      membership = true;
      touched.add(name);
    };
    const below = (folder: string): string[] => {
      const prefix = folder === "" ? "" : `${folder}/`;
      return [...files.keys()].filter((name) => name.startsWith(prefix));
    };
    const rescan = (): void => {
      const found = scanProject(config);
      mistakes = [...found.unlisted];
      const now = new Set(found.files.map((file) => file.name));
      for (const name of [...files.keys()]) if (!now.has(name)) remove(name);
      for (const file of found.files) if (files.get(file.name)?.stamp !== file.stamp) visit(file);
    };
    const look = (name: string, path: string): void => {
      const file = statFile(name, path);
      if (file !== null) {
        visit(file);
        return;
      }
      if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) {
        if (files.has(name)) remove(name);
        else below(name).forEach(remove);
        return;
      }
      const found: ProjectFile[] = [];
      listFolder(config, path, name, [], found, mistakes);
      const now = new Set(found.map((one) => one.name));
      for (const known of below(name)) if (!now.has(known)) remove(known);
      found.forEach(visit);
    };
    for (const path of paths) {
      const read = readName(relative(config.root, path).split(sep).join("/"));
      const before = hashes.get(read);
      if (before !== undefined) {
        hashes.delete(read);
        if (hashOf(read) !== before.sha256) touched.add(read);
      }
      const name = relative(config.componentsFolder, path).split(sep).join("/");
      if (name === ".." || name.startsWith("../") || isAbsolute(name)) continue;
      if (name.split("/").some(isIgnored)) continue;
      try {
        if (name === "") rescan();
        else look(name, path);
      } catch (error) {
        mistakes.push(fileMistake(config, path, error));
      }
    }
    // What could not be listed may be sound by now, and no path says so.
    if (mistakes.length > 0) rescan();
    return { touched, membership };
  };

  return {
    files,
    mistakes: () => mistakes,
    hashes,
    hashOf,
    read: (name) => (last?.name === name ? last.content : read(name)),
    sources: {
      get(name) {
        const content = last?.name === name ? last.content : read(name);
        if (content?.kind === "mistake") throw new MigratorError([content.mistake]);
        return content?.text;
      },
      keys: () => files.keys(),
    },
    refresh,
  };
}
