/** Compares files and ledger: which objects are new, changed, moved, vanished, or changed in the database. */
import type { DeclaredObject } from "../../graph/declared.ts";
import type { Desired } from "../../graph/desired.ts";
import type { Reasons } from "../../graph/plan/work.ts";
import type { LedgerEntry } from "../database/ledger.ts";
import { attachmentsHash } from "../database/remember.ts";

export interface Changes {
  readonly changed: readonly {
    readonly key: string;
    readonly reasons: Partial<Reasons>;
    readonly why: string;
  }[];
  readonly removed: ReadonlySet<string>;
  /** Same object, other file. */
  readonly moved: ReadonlySet<string>;
  readonly unchanged: number;
  /** Differs too, and is not asked about: it is brought along only where a dependency makes it necessary. */
  readonly unjudged: readonly string[];
}

/** `judged` is null for a whole sync; else only these declared keys are compared and nothing counts as vanished. */
export function compareWithLedger(
  desired: Desired,
  entries: ReadonlyMap<string, LedgerEntry>,
  judged: ReadonlySet<string> | null,
  untracked: (component: string) => boolean,
  stale: ReadonlyMap<string, string> = new Map(),
): Changes {
  const changed: { key: string; reasons: Partial<Reasons>; why: string }[] = [];
  const moved = new Set<string>();
  let unchanged = 0;
  for (const key of judged ?? desired.objects.keys()) {
    const object = desired.objects.get(key);
    if (object === undefined) continue;
    const difference = compareObject(object, entries.get(key), stale.get(key));
    if (difference !== null) changed.push({ key, ...difference });
    else if (entries.get(key)?.component !== object.component) moved.add(key);
    else unchanged++;
  }
  const removed = new Set<string>();
  if (judged === null) {
    for (const [key, entry] of entries) {
      if (!desired.objects.has(key) && !untracked(entry.component)) removed.add(key);
    }
  }
  const unjudged =
    judged === null
      ? []
      : [...desired.objects]
          .filter(([key, object]) => !judged.has(key) && compareObject(object, entries.get(key)) !== null)
          .map(([key]) => key);
  return { changed, removed, moved, unchanged, unjudged };
}

function compareObject(
  object: DeclaredObject,
  entry: LedgerEntry | undefined,
  stale?: string,
): { readonly reasons: Partial<Reasons>; readonly why: string } | null {
  if (entry === undefined) return { reasons: { changed: true, attachments: true }, why: "new" };
  const attachments = entry.attachmentsHash !== attachmentsHash(object);
  if (entry.hash !== object.hash)
    return { reasons: { changed: true, attachments }, why: "its definition changed" };
  if (entry.live === "missing")
    return { reasons: { changed: true, attachments: true }, why: "it is missing in the database" };
  if (entry.live === "changed")
    return { reasons: { analyse: true, attachments }, why: "it was changed in the database" };
  if (stale !== undefined) return { reasons: { analyse: true, attachments }, why: stale };
  return attachments ? { reasons: { attachments: true }, why: "what is attached to it changed" } : null;
}
