/**
 * Says where files change. An event is a hint to look at a path, no more: what is there is read from the disk. Folders
 * are watched and not files, so that an event costs the same whatever number of files lies beside it.
 */
import { type Dirent, type FSWatcher, lstatSync, readdirSync, realpathSync, statSync, watch } from "node:fs";
import { basename, dirname, join, sep } from "node:path";
import { MigratorError } from "../../graph/diagnostic.ts";
import { isIgnored } from "../project/placement.ts";

export interface WatchedFiles {
  /** Absolute path of a folder, watched with all below it; it may come and go. */
  readonly folder: string;
  /** Absolute paths of single files, that may come and go; their folders exist. */
  readonly files: readonly string[];
  /** Absolute paths of files that templates read; they and their folders may come and go. */
  readonly reads: readonly string[];
}

export interface FileEvents {
  close(): Promise<void>;
}

/** Watching has begun when this returns. `hint` gets absolute paths of files or folders. */
export function watchFiles(watched: WatchedFiles, hint: (path: string) => void): FileEvents {
  /** Of folders, and of links to files: by their own path. */
  const below = new Map<string, FSWatcher>();
  const single: FSWatcher[] = [];

  const unwatch = (folder: string): void => {
    for (const [path, watcher] of below) {
      if (path !== folder && !path.startsWith(folder + sep)) continue;
      watcher.close();
      below.delete(path);
    }
  };

  /** The folder is watched before it is listed: what comes in between is seen by one of the two. */
  const watchTree = (folder: string, above: readonly string[]): void => {
    const real = realFolder(folder);
    if (real === null || above.includes(real)) return;
    const watcher = watchFolder(folder, (name) => {
      if (isIgnored(name)) return;
      const path = join(folder, name);
      follow(path, [...above, real]);
      hint(path);
    });
    if (watcher === null) return;
    below.get(folder)?.close();
    below.set(folder, watcher);
    for (const entry of list(folder)) {
      if (isIgnored(entry.name)) continue;
      const path = join(folder, entry.name);
      if (entry.isDirectory()) watchTree(path, [...above, real]);
      else if (entry.isSymbolicLink()) watchLink(path, [...above, real]);
    }
  };

  /** A folder that came, went or was replaced by another of its name is watched anew. */
  const follow = (path: string, above: readonly string[]): void => {
    const stats = statSync(path, { throwIfNoEntry: false });
    if (stats === undefined) unwatch(path);
    else if (lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink()) {
      unwatch(path);
      watchLink(path, above);
    } else if (stats.isDirectory()) {
      unwatch(path);
      watchTree(path, above);
    }
  };

  /** What a link leads to changes in a folder of its own. */
  const watchLink = (path: string, above: readonly string[]): void => {
    const stats = statSync(path, { throwIfNoEntry: false });
    if (stats?.isDirectory()) watchTree(path, above);
    else if (stats?.isFile()) {
      const real = realpathSync(path);
      const watcher = watchFolder(dirname(real), (name) => {
        if (name === basename(real)) hint(path);
      });
      if (watcher !== null) below.set(path, watcher);
    }
  };

  const folders = new Map<string, Map<string, () => void>>();
  const addSingle = (path: string, action: () => void): void => {
    const names = folders.get(dirname(path)) ?? new Map<string, () => void>();
    folders.set(dirname(path), names.set(basename(path), action));
  };
  for (const file of [...watched.files, ...watched.reads]) addSingle(file, () => hint(file));
  addSingle(watched.folder, () => {
    follow(watched.folder, []);
    hint(watched.folder);
  });
  for (const [folder, names] of folders) {
    const watcher = watchFolder(folder, (name) => names.get(name)?.());
    if (watcher !== null) single.push(watcher);
  }
  watchTree(watched.folder, []);

  return {
    close: async () => {
      for (const watcher of [...below.values(), ...single]) watcher.close();
    },
  };
}

/** Null where the folder went meanwhile. */
function watchFolder(folder: string, changed: (name: string) => void): FSWatcher | null {
  try {
    const watcher = watch(folder, (_kind, name) => {
      if (name !== null) changed(name);
    });
    // A folder that goes is an error on Windows; the folder above tells of it.
    watcher.on("error", () => watcher.close());
    return watcher;
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : "";
    if (code === "ENOENT" || code === "ENOTDIR") return null;
    throw watchFailure(folder, error);
  }
}

function watchFailure(folder: string, error: unknown): MigratorError {
  const message = error instanceof Error ? error.message : String(error);
  const full = /ENOSPC|EMFILE/.test(message);
  return new MigratorError([
    {
      code: "file",
      message: `${folder} cannot be watched: ${message}`,
      fix: full
        ? "raise fs.inotify.max_user_watches and fs.inotify.max_user_instances, or use --poll"
        : "use --poll",
    },
  ]);
}

function realFolder(folder: string): string | null {
  return statSync(folder, { throwIfNoEntry: false })?.isDirectory() ? realpathSync(folder) : null;
}

function list(folder: string): readonly Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    // It went between being watched and being listed, or may not be read: reading the components says so.
    if (error instanceof Error && "code" in error) return [];
    throw error;
  }
}
