/** What tells that a file was not touched since it was last looked at. */
import { type BigIntStats, statSync } from "node:fs";

export interface Stamp {
  /** Equal as long as nothing touched the file: size, times (in nanoseconds) and inode. */
  readonly stamp: string;
  /** When the file was last touched, in milliseconds since 1970. */
  readonly touched: number;
}

/**
 * How long before a look at a file its last change must lie, in milliseconds, for its stamp to be trusted: a coarse clock
 * could give a later change the same time.
 */
export const racy = 2000;

export function stampOf(stats: BigIntStats): Stamp {
  return {
    stamp: `${stats.size}:${stats.mtimeNs}:${stats.ctimeNs}:${stats.ino}`,
    touched: Math.max(Number(stats.mtimeMs), Number(stats.ctimeMs)),
  };
}

/** Null where there is no such file. */
export function stampFile(path: string): Stamp | null {
  const stats = statSync(path, { bigint: true, throwIfNoEntry: false });
  return stats?.isFile() ? stampOf(stats) : null;
}
