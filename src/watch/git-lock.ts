/** Tells whether git is changing the working tree: a branch switch is then read when it is whole. */
import { readFileSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

/** In milliseconds. A lock that is older was left behind by a git that died. */
const stale = 30_000;

/** Answers whether git holds the lock of the repository that `folder` is in; always false outside of one. */
export function gitLock(folder: string): () => boolean {
  const gitFolder = findGitFolder(folder);
  if (gitFolder === null) return () => false;
  const lock = join(gitFolder, "index.lock");
  return () => {
    const stats = statSync(lock, { throwIfNoEntry: false });
    return stats !== undefined && Date.now() - stats.mtimeMs < stale;
  };
}

function findGitFolder(folder: string): string | null {
  for (let current = resolve(folder); ; current = dirname(current)) {
    const candidate = join(current, ".git");
    const stats = statSync(candidate, { throwIfNoEntry: false });
    if (stats?.isDirectory()) return candidate;
    // A worktree or a submodule: the file names the folder.
    if (stats?.isFile()) {
      const [, path] = /^gitdir: (.+)$/m.exec(readFileSync(candidate, "utf8")) ?? [];
      return path === undefined ? null : resolve(current, path);
    }
    if (dirname(current) === current) return null;
  }
}
