/** Brings the declared attachments of an object to what its file says: new ones are run, vanished ones undone. */
import type { AppliedAttachment } from "../applied.ts";
import type { Attachment } from "../declared.ts";
import { identityKey } from "../identity.ts";
import { type Planning, run } from "../request.ts";
import type { Pass } from "./pass.ts";
import type { Work } from "./work.ts";

/** All attachments of an object that was just created: what its CREATE statement does not set itself. */
export function attachmentStatements(attachments: readonly Attachment[]): readonly string[] {
  return attachments.filter((attachment) => !attachment.inline).map((attachment) => attachment.sql);
}

/**
 * The difference between what was applied and what is declared. `replaced` says that the CREATE statement has run,
 * and with it the options in its text.
 */
export function attachmentChanges(
  applied: readonly AppliedAttachment[],
  declared: readonly Attachment[],
  replaced: boolean,
): readonly string[] {
  const before = new Map(applied.map((attachment) => [attachment.key, attachment]));
  const after = new Map(declared.map((attachment) => [attachment.key, attachment]));
  const statements: string[] = [];
  for (const old of applied) {
    const now = after.get(old.key);
    if (old.undo === null || (replaced && old.inline)) continue;
    // An index or statistics object that changed is dropped and made anew; anything else is overwritten.
    if (now === undefined || (now.hash !== old.hash && (old.kind === "index" || old.kind === "statistics"))) {
      statements.push(old.undo);
    }
  }
  for (const attachment of declared) {
    if (attachment.inline && replaced) continue;
    if (before.get(attachment.key)?.hash !== attachment.hash) statements.push(attachment.sql);
  }
  return statements;
}

/** For an object whose attachments alone differ; one that got a step since `steps` has had them brought along. */
export function* alterAttachments(pass: Pass, work: Work, steps: number): Planning<void> {
  const { declared } = work;
  if (declared === null || pass.steps.slice(steps).some((step) => identityKey(step.identity) === work.key))
    return;
  const statements = attachmentChanges(work.applied?.attachments ?? [], declared.attachments, false);
  if (statements.length === 0) return;
  yield* run(statements, work.identity);
  pass.steps.push({
    kind: "alter",
    identity: work.identity,
    component: declared.component,
    reason: describeAttachments(work.applied?.attachments ?? [], declared.attachments),
    sql: statements,
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
