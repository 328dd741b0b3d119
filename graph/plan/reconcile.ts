/** Holds declared attachments against the live object, where the ledger cannot be trusted to know how they stand. */
import type { Attachment } from "../declared.ts";
import { describeIdentity, type Identity, isRelation } from "../identity.ts";
import { rulesOf } from "../kinds/rules.ts";
import { isLiveRelation, type LiveObject } from "../live.ts";
import { quoteIdentifier, quoteName } from "../quote.ts";
import { attempt, find, type Planning, run, settle } from "../request.ts";
import { retargetAttachment } from "../syntax/retarget.ts";
import { addStep, type Pass, scratchName } from "./pass.ts";
import { refused } from "./refused.ts";
import type { Work } from "./work.ts";

/**
 * Each declared attachment is run in a savepoint: one that changes nothing stands already. What differs was changed by
 * hand, which is drift, or is missing on an object that is taken over, and is added.
 */
export function* reconcileAttachments(pass: Pass, work: Work): Planning<void> {
  const { declared, identity } = work;
  if (declared === null || declared.attachments.length === 0) return;
  const [live] = yield* find([identity]);
  if (live === null || live === undefined) return;
  const missing: Attachment[] = [];
  for (const attachment of declared.attachments) {
    if (!(yield* stands(pass, work, live, attachment))) missing.push(attachment);
  }
  if (missing.length === 0) return;
  const keys = missing.map((attachment) => attachment.key).join(", ");
  if (work.applied !== null && !pass.takeFiles) {
    pass.problems.push({
      code: "drift",
      message: `${describeIdentity(identity)}: what its component attaches was changed in the database: ${keys}`,
      component: declared.component,
      offset: missing[0]?.offset ?? declared.offset,
      fix: "take the files with --take files, or bring the component to what the database has",
    });
    return;
  }
  const statements = missing.flatMap((attachment) => replaces(live, attachment));
  yield* run(statements, identity);
  addStep(pass, {
    kind: "alter",
    identity,
    component: declared.component,
    reason: work.applied === null ? `taken over, with ${keys}` : `${keys}: changed in the database`,
    sql: statements,
  });
}

function* stands(pass: Pass, work: Work, live: LiveObject, attachment: Attachment): Planning<boolean> {
  if (attachment.kind === "index" && isLiveRelation(live))
    return yield* indexStands(pass, work, live, attachment);
  const outcome = yield* attempt([attachment.sql], [work.identity]);
  if (outcome.kind === "refused") {
    // What it speaks of is gone (an index that has a comment), or stands there under its name (statistics).
    if (outcome.refusal.sqlstate === "42P01" || outcome.refusal.sqlstate === "42704") return false;
    if (outcome.refusal.sqlstate === "42710") return true;
    throw refused(work, [attachment.sql], outcome.refusal);
  }
  yield* settle(false);
  const now = outcome.live[0];
  return now !== undefined && now !== null && comparable(now) === comparable(live);
}

/** An index is compared on an empty copy of the materialized view: nothing is built over its rows. */
export function* indexStands(
  pass: Pass,
  work: Work,
  live: LiveObject,
  attachment: Attachment,
): Planning<boolean> {
  const name = attachment.key.replace(/^index /, "");
  if (!isLiveRelation(live) || !isRelation(work.identity)) return false;
  const { schema } = live.identity;
  const present = live.indexes.find((index) =>
    [index.name, quoteIdentifier(index.name), quoteName(schema, index.name)].includes(name),
  );
  if (present === undefined) return false;
  const copy: Identity = { ...work.identity, name: scratchName(pass) };
  const statements = [
    `ALTER INDEX ${quoteName(schema, present.name)} RENAME TO ${quoteIdentifier(`${copy.name}_1`)}`,
    ...rulesOf[work.identity.kind].create(work.definition, copy.name),
    retargetAttachment(attachment, copy).sql,
  ];
  const outcome = yield* attempt(statements, [copy]);
  if (outcome.kind === "refused") throw refused(work, statements, outcome.refusal);
  yield* settle(false);
  const made = outcome.live[0];
  if (made === null || made === undefined || !isLiveRelation(made)) return false;
  const on = (relation: string) => ` ON ${quoteName(schema, relation)} `;
  return made.indexes.some(
    (index) => index.sql.replace(on(copy.name), () => on(live.identity.name)) === present.sql,
  );
}

/** An index of another definition goes first. */
function replaces(live: LiveObject, attachment: Attachment): readonly string[] {
  if (attachment.kind !== "index" || attachment.undo === null || !isLiveRelation(live))
    return [attachment.sql];
  const name = attachment.key.replace(/^index /, "");
  const taken = live.indexes.some((index) =>
    [index.name, quoteIdentifier(index.name), quoteName(live.identity.schema, index.name)].includes(name),
  );
  return taken ? [attachment.undo, attachment.sql] : [attachment.sql];
}

/** Everything that is seen of the object; which grant came first is no difference. */
function comparable(live: LiveObject): string {
  return JSON.stringify(live, (key, value: unknown) => {
    if (key === "oid" || key === "rows" || key === "bytes" || key === "populated") return undefined;
    if ((key === "grants" || key === "options") && Array.isArray(value))
      return value.map((one) => JSON.stringify(one)).sort();
    return value;
  });
}
