/**
 * What the ledger keeps of the files that a scope was brought to: a line for all of them, and behind it each one, so that it is known
 * later which of them changed.
 */
import { compareText } from "../../graph/compare.ts";

export interface FilesDigest {
  /** Equal while all files say the same and are read alike. */
  readonly whole: string;
  /** Equal while they are read alike. */
  readonly reading: string;
  /** By the file's name: equal while it says the same. */
  readonly each: ReadonlyMap<string, string>;
}

/** Of a digest; enough to tell one from another. */
const enough = 22;

export function settledText({ whole, reading, each }: FilesDigest): string {
  const files = [...each].map(([name, said]) => [name, said.slice(0, enough)]);
  return `${whole}\n${JSON.stringify([reading, files])}`;
}

/** Names of files that say something else than they did, are new, or are gone; null where `settled` does not tell it. */
export function filesChangedSince({ reading, each }: FilesDigest, settled: string): readonly string[] | null {
  const [, kept] = settled.split("\n", 2);
  if (kept === undefined) return null;
  const [read, files] = JSON.parse(kept) as [string, (readonly [string, string])[]];
  if (read !== reading) return null;
  const then = new Map(files);
  const gone = [...then.keys()].filter((name) => !each.has(name));
  const other = [...each].flatMap(([name, said]) => (then.get(name) === said.slice(0, enough) ? [] : name));
  return [...gone, ...other].sort(compareText);
}
