/** Brings the declared attachments of an object to what its file says: new ones are run, vanished ones undone. */
import type { AppliedAttachment } from "../applied.ts";
import type { Attachment } from "../declared.ts";
import type { LiveObject } from "../live.ts";
import { attempt, type Planning, settle } from "../request.ts";
import { attach, standsOnOneOf } from "./attach.ts";
import { addStep, type Pass } from "./pass.ts";
import { indexStands } from "./reconcile.ts";
import { ownedByExtension, refused } from "./refused.ts";
import { isRoutineSetting } from "./vanished-attachments.ts";
import type { Work } from "./work.ts";

/** All attachments of an object that was just created: what its CREATE statement does not set itself. */
export function attachmentStatements(attachments: readonly Attachment[]): readonly string[] {
  return attachments.filter((attachment) => !attachment.inline).map((attachment) => attachment.sql);
}

interface AttachmentChanges {
  /** What the file no longer says. */
  readonly undo: readonly string[];
  readonly run: readonly Attachment[];
}

/**
 * The difference between what was applied and what is declared. `replaced` says that the CREATE statement has run,
 * and with it the options in its text.
 */
function attachmentChanges(
  applied: readonly AppliedAttachment[],
  declared: readonly Attachment[],
  replaced: boolean,
): AttachmentChanges {
  const before = new Map(applied.map((attachment) => [attachment.key, attachment]));
  const after = new Map(declared.map((attachment) => [attachment.key, attachment]));
  const undo: string[] = [];
  const attachments: Attachment[] = [];
  // The last comes first: a comment on an index before the index.
  for (const old of [...applied].reverse()) {
    const now = after.get(old.key);
    if (old.undo === null || (replaced && (old.inline || isRoutineSetting(old)))) continue;
    // An index or statistics object that changed is dropped and made anew; anything else is overwritten.
    if (now === undefined || (now.hash !== old.hash && (old.kind === "index" || old.kind === "statistics"))) {
      undo.push(old.undo);
    }
  }
  const indexes = declared.filter((one) => one.kind === "index" && changed(before, one));
  // A grant to the owner before is folded into what the owner has, and goes with it: the new owner comes first.
  const owners = declared.filter((one) => one.kind === "owner");
  for (const attachment of [...owners, ...declared.filter((one) => one.kind !== "owner")]) {
    if (attachment.inline && replaced) continue;
    // What stood on an index that was made anew went with the old one.
    if (standsOnOneOf(attachment, indexes) || changed(before, attachment)) attachments.push(attachment);
  }
  return { undo, run: attachments };
}

/**
 * Brings the attachments along after the object itself was changed, and returns the statements that ran. `reshaped`
 * says that columns may be gone or go by another name: what speaks of such a column is gone with it. `now` is
 * the object where it stayed the same one, null where it was made anew.
 */
export function* followAttachments(
  pass: Pass,
  work: Work,
  reshaped: boolean,
  now: LiveObject | null,
): Planning<readonly string[]> {
  const { declared, applied } = work;
  if (declared === null) return [];
  const standing =
    reshaped && now !== null
      ? yield* standingIndexes(pass, work, now, applied?.attachments ?? [])
      : new Set<string>();
  const before = (applied?.attachments ?? []).filter((attachment) => !standing.has(attachment.key));
  const after = declared.attachments.filter((attachment) => !standing.has(attachment.key));
  const changes = attachmentChanges(before, after, true);
  if (!reshaped) return [...changes.undo, ...(yield* attach(pass, work, now, changes.undo, changes.run))];
  const done = yield* undoWhatStands(work, changes.undo);
  return [...done, ...(yield* attach(pass, work, now, [], changes.run))];
}

/** Returns those that ran: what is gone already needs no undoing. */
function* undoWhatStands(work: Work, undo: readonly string[]): Planning<readonly string[]> {
  const done: string[] = [];
  for (const statement of undo) {
    const outcome = yield* attempt([statement], []);
    if (outcome.kind === "worked") {
      yield* settle(true);
      done.push(statement);
    } else if (!goneWithColumn.has(outcome.refusal.sqlstate))
      throw refused(work, [statement], outcome.refusal);
  }
  return done;
}

/** Indexes whose declared text changed and whose definition did not, or followed a rename of columns by itself. */
function* standingIndexes(
  pass: Pass,
  work: Work,
  now: LiveObject,
  applied: readonly AppliedAttachment[],
): Planning<ReadonlySet<string>> {
  const standing = new Set<string>();
  const before = new Map(applied.map((attachment) => [attachment.key, attachment.hash]));
  for (const attachment of work.declared?.attachments ?? []) {
    const known = before.get(attachment.key);
    if (attachment.kind !== "index" || known === undefined || known === attachment.hash) continue;
    if (yield* indexStands(pass, work, now, attachment)) standing.add(attachment.key);
  }
  return standing;
}

/** undefined_column, undefined_object, undefined_table (an index): it went with the column that it spoke of. */
const goneWithColumn: ReadonlySet<string> = new Set(["42703", "42704", "42P01"]);

function changed(before: ReadonlyMap<string, AppliedAttachment>, attachment: Attachment): boolean {
  return before.get(attachment.key)?.hash !== attachment.hash;
}

/** For an object whose attachments alone differ. `distrusted` says that somebody may have taken some away by hand. */
export function* alterAttachments(pass: Pass, work: Work): Planning<void> {
  const { declared, live } = work;
  if (declared === null) return;
  const all = work.applied?.attachments ?? [];
  const standing = live === null ? new Set<string>() : yield* standingIndexes(pass, work, live, all);
  const before = all.filter((attachment) => !standing.has(attachment.key));
  const after = declared.attachments.filter((attachment) => !standing.has(attachment.key));
  const changes = attachmentChanges(before, after, false);
  if (changes.undo.length + changes.run.length === 0) return;
  if (live !== null && live.extension !== null) throw ownedByExtension(work, live.extension);
  const attached = yield* attach(pass, work, live, changes.undo, changes.run);
  addStep(pass, {
    kind: "alter",
    identity: work.identity,
    component: declared.component,
    reason: describeAttachments(before, after),
    sql: [...changes.undo, ...attached],
  });
}

function describeAttachments(applied: readonly AppliedAttachment[], declared: readonly Attachment[]): string {
  const before = new Map(applied.map((attachment) => [attachment.key, attachment.hash]));
  const after = new Set(declared.map((attachment) => attachment.key));
  const parts = [
    ...declared
      .filter((attachment) => !before.has(attachment.key))
      .map((attachment) => `${attachment.key} added`),
    ...declared
      .filter((attachment) => before.has(attachment.key) && before.get(attachment.key) !== attachment.hash)
      .map((attachment) => `${attachment.key} changed`),
    ...applied
      .filter((attachment) => !after.has(attachment.key))
      .map((attachment) => `${attachment.key} removed`),
  ];
  return parts.join(", ");
}
