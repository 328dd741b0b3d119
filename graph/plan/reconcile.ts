/** Holds declared attachments against the live object, where the ledger cannot be trusted to know how they stand. */
import type { Attachment } from "../declared.ts";
import { type Identity, isRelation } from "../identity.ts";
import { rulesOf } from "../kinds/rules.ts";
import { isLiveRelation, type LiveObject, type LiveRelation } from "../live.ts";
import type { LiveIndex } from "../live-index.ts";
import { quoteIdentifier, quoteName } from "../quote.ts";
import { attempt, find, type Planning, run, settle } from "../request.ts";
import { retargetAttachment } from "../syntax/retarget.ts";
import { attach } from "./attach.ts";
import { comparable } from "./comparable.ts";
import { addStep, type Pass, scratchName } from "./pass.ts";
import { refused } from "./refused.ts";
import { isGone, vanishedAttachments } from "./vanished-attachments.ts";
import type { Work } from "./work.ts";

/**
 * Adds the declared attachments that do not stand: they are new, or missing on an object that is taken over. What was
 * changed by hand is drift, and was told before; with `takeFiles` it is overwritten here.
 */
export function* reconcileAttachments(pass: Pass, work: Work): Planning<void> {
  const { declared, identity } = work;
  if (declared === null) return;
  if (declared.attachments.length === 0 && (work.applied?.attachments ?? []).length === 0) return;
  const [live] = yield* find([identity]);
  if (live === null || live === undefined) return;
  const vanished = yield* vanishedAttachments(work, live);
  const undo = vanished.map(({ undo }) => undo);
  yield* run(undo, identity);
  const [now] = undo.length === 0 ? [live] : yield* find([identity]);
  if (now === null || now === undefined) return;
  const missing = yield* missingAttachments(pass, work, now, false);
  const first = missing.flatMap((attachment) => goesFirst(now, attachment));
  // Whoever takes the files means the index, and is told what it costs.
  if (now.kind === "materialized view" && now.populated)
    for (const one of missing)
      if (one.kind === "index" && wasApplied(work, one))
        pass.costs.push({
          relation: now.identity,
          kind: "rebuild-index",
          rows: now.rows,
          bytes: now.bytes,
          meant: true,
        });
  const attached = yield* attach(pass, work, now, first, missing);
  if (undo.length + missing.length === 0) return;
  addStep(pass, {
    kind: "alter",
    identity,
    component: declared.component,
    reason: describeReconciled(work, missing, vanished),
    sql: [...undo, ...first, ...attached],
  });
}

/** An index is compared on a copy, and statistics that stand are refused. */
function asksAlone({ kind }: Attachment, live: LiveObject): boolean {
  return (kind === "index" && isLiveRelation(live)) || kind === "statistics";
}

/** One question for all: mostly everything stands, and nobody need ask which does not. */
function* standTogether(work: Work, live: LiveObject, attachments: readonly Attachment[]): Planning<boolean> {
  if (attachments.length < 2) return false;
  const outcome = yield* attempt(
    attachments.map((attachment) => attachment.sql),
    [work.identity],
  );
  if (outcome.kind === "refused") return false;
  yield* settle(false);
  return sameAfter(live, outcome.live);
}

/**
 * The same for many objects at once: keys of those all of whose attachments stand, as far as one question for all of them
 * tells. Nothing is said of the others.
 */
export function* attachmentsStand(works: readonly Work[]): Planning<ReadonlySet<string>> {
  const asked = works.flatMap(({ key, identity, live, declared }) => {
    const statements = (declared?.attachments ?? []).map(({ sql }) => sql);
    const alone = live === null || (declared?.attachments ?? []).some((one) => asksAlone(one, live));
    return live === null || alone ? [] : [{ key, identity, live, statements }];
  });
  const statements = asked.flatMap((one) => one.statements);
  if (asked.length < 2 || statements.length === 0) return new Set();
  const outcome = yield* attempt(
    statements,
    asked.map(({ identity }) => identity),
  );
  if (outcome.kind === "refused") return new Set();
  yield* settle(false);
  return new Set(
    asked.filter(({ live }, i) => sameAfter(live, [outcome.live[i] ?? null])).map(({ key }) => key),
  );
}

function describeReconciled(
  work: Work,
  missing: readonly Attachment[],
  vanished: readonly { readonly key: string }[],
): string {
  const keys = (some: readonly { readonly key: string }[]) => some.map(({ key }) => key).join(", ");
  if (work.applied === null) return `taken over, with ${keys(missing)}`;
  const restored = missing.filter((one) => wasApplied(work, one));
  const added = missing.filter((one) => !wasApplied(work, one));
  return [
    ...(restored.length > 0 ? [`${keys(restored)}: changed in the database`] : []),
    ...(added.length > 0 ? [`${keys(added)} added`] : []),
    ...(vanished.length > 0 ? [`${keys(vanished)} removed`] : []),
  ].join("; ");
}

/** What the file says anew is pending, and no drift. */
export function wasApplied(work: Work, { key, hash }: Attachment): boolean {
  return work.applied?.attachments.some((one) => one.key === key && one.hash === hash) ?? false;
}

/**
 * Each declared attachment is run in a savepoint: one that changes nothing stands already. Where the definition drifted
 * too, one that is refused speaks of what is gone.
 */
export function* missingAttachments(
  pass: Pass,
  work: Work,
  live: LiveObject,
  drifted: boolean,
): Planning<readonly Attachment[]> {
  const missing: Attachment[] = [];
  const all = work.declared?.attachments ?? [];
  const easy = all.filter((one) => !asksAlone(one, live));
  const together = yield* standTogether(work, live, easy);
  for (const attachment of all) {
    if (together && !asksAlone(attachment, live)) continue;
    if (!(yield* stands(pass, work, live, attachment, drifted))) missing.push(attachment);
  }
  return missing;
}

function* stands(
  pass: Pass,
  work: Work,
  live: LiveObject,
  attachment: Attachment,
  drifted: boolean,
): Planning<boolean> {
  if (attachment.kind === "index" && isLiveRelation(live))
    return yield* indexStands(pass, work, live, attachment, drifted);
  if (attachment.kind === "statistics" && isLiveRelation(live))
    return yield* statisticsStand(work, live, attachment);
  const outcome = yield* attempt([attachment.sql], [work.identity]);
  if (outcome.kind === "refused") {
    // What it speaks of is gone: an index that has a comment.
    if (drifted || isGone(outcome.refusal)) return false;
    throw refused(work, [attachment.sql], outcome.refusal);
  }
  yield* settle(false);
  return sameAfter(live, outcome.live);
}

function sameAfter(live: LiveObject, [now]: readonly (LiveObject | null)[]): boolean {
  return now !== undefined && now !== null && comparable(now) === comparable(live);
}

/** The key of the attachment that declares the index. */
function indexKey({ identity }: LiveRelation, { name }: LiveIndex): string {
  return `index ${quoteName(identity.schema, name)}`;
}

/** An index is compared on an empty copy of the materialized view: nothing is built over its rows. */
export function* indexStands(
  pass: Pass,
  work: Work,
  live: LiveObject,
  attachment: Attachment,
  drifted = false,
): Planning<boolean> {
  if (!isLiveRelation(live) || !isRelation(work.identity)) return false;
  const { schema } = live.identity;
  const present = live.indexes.find((index) => indexKey(live, index) === attachment.key);
  if (present === undefined) return false;
  const copy: Identity = { ...work.identity, name: scratchName(pass) };
  const statements = [
    `ALTER INDEX ${quoteName(schema, present.name)} RENAME TO ${quoteIdentifier(`${copy.name}_1`)}`,
    ...rulesOf[work.identity.kind].create(work.definition, copy.name),
    retargetAttachment(attachment, copy).sql,
  ];
  const outcome = yield* attempt(statements, [copy]);
  if (outcome.kind === "refused") {
    if (drifted) return false;
    throw refused(work, statements, outcome.refusal);
  }
  yield* settle(false);
  const made = outcome.live[0];
  if (made === null || made === undefined || !isLiveRelation(made)) return false;
  const on = (relation: string) => ` ON ${quoteName(schema, relation)} `;
  return made.indexes.some(
    (index) => index.sql.replace(on(copy.name), () => on(live.identity.name)) === present.sql,
  );
}

/** Made anew: what PostgreSQL prints of them then must be what it prints now. */
function* statisticsStand(work: Work, live: LiveRelation, attachment: Attachment): Planning<boolean> {
  if (attachment.undo === null) return false;
  const outcome = yield* attempt([attachment.undo, attachment.sql], [work.identity]);
  if (outcome.kind === "refused") return false;
  yield* settle(false);
  const [now] = outcome.live;
  const sqlIn = (relation: LiveRelation) =>
    relation.statistics.find((one) => attachment.key === `statistics ${quoteName(one.schema, one.name)}`)
      ?.sql;
  return now !== null && now !== undefined && isLiveRelation(now) && sqlIn(now) === sqlIn(live);
}

/** An index or statistics of another definition go first. */
function goesFirst(live: LiveObject, { kind, key, undo }: Attachment): readonly string[] {
  if (kind === "statistics" && undo !== null)
    return [undo.replace(/^DROP STATISTICS /, "DROP STATISTICS IF EXISTS ")];
  if (kind !== "index" || undo === null || !isLiveRelation(live)) return [];
  return live.indexes.some((index) => indexKey(live, index) === key) ? [undo] : [];
}
