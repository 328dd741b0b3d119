/** The same as file-events.ts for file systems that send no events: network drives, folders shared with a container. */
import { dirname } from "node:path";
import { isIgnored } from "../project/placement.ts";
import type { FileEvents, WatchedFiles } from "./file-events.ts";

/** How often each file is looked at, in milliseconds. */
const interval = 100;

export async function pollFiles(watched: WatchedFiles, hint: (path: string) => void): Promise<FileEvents> {
  const { watch } = await import("chokidar");
  const { folder, files, reads } = watched;
  const wanted = new Set([folder, ...files, ...reads]);
  const above = new Set([...wanted].map(dirname));
  const shared = { ignoreInitial: true, usePolling: true, interval, atomic: false };
  const ignored = (path: string): boolean =>
    path !== folder &&
    isIgnored(
      path
        .slice(folder.length + 1)
        .split(/[\\/]/)
        .at(-1) ?? "",
    );
  const watchers = [
    watch(folder, { ...shared, ignored }),
    // Their folders, so that a file that comes back is seen.
    watch([...above], { ...shared, depth: 0, ignored: (path) => !above.has(path) && !wanted.has(path) }),
  ];
  for (const watcher of watchers) watcher.on("all", (_event, path) => hint(path));
  await Promise.all(watchers.map((watcher) => new Promise<void>((ready) => watcher.on("ready", ready))));
  return {
    close: async () => {
      await Promise.all(watchers.map((watcher) => watcher.close()));
    },
  };
}
