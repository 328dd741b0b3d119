/** What the file attached and no longer does, where it is not known how it stands in the database. */
import type { AppliedAttachment } from "../applied.ts";
import { isLiveRelation, type LiveObject } from "../live.ts";
import { quoteName } from "../quote.ts";
import { attempt, type Planning, type Refusal, settle } from "../request.ts";
import { comparable } from "./comparable.ts";
import type { Work } from "./work.ts";

export interface Undoable {
  readonly key: string;
  readonly undo: string;
}

/** undefined_column, undefined_object, undefined_table: what a statement speaks of is gone. */
const goneCodes: ReadonlySet<string> = new Set(["42703", "42704", "42P01"]);

export function isGone(refusal: Refusal): boolean {
  return goneCodes.has(refusal.sqlstate);
}

/**
 * Those whose undoing changes something: somebody may have undone them by hand already. What the file still says is run
 * behind them, because a narrower grant stands on what a wider one gave.
 */
export function* vanishedAttachments(work: Work, live: LiveObject): Planning<readonly Undoable[]> {
  const { declared, applied } = work;
  if (declared === null || applied === null) return [];
  const keys = new Set(declared.attachments.map(({ key }) => key));
  // The settings of a routine were judged with its definition.
  const gone = applied.attachments
    .filter((one) => !keys.has(one.key) && !isRoutineSetting(one))
    .filter(isUndoable);
  const made = gone.filter(({ kind }) => isMade(kind)).filter(({ key }) => stillThere(live, key));
  const others: (AppliedAttachment & Undoable)[] = [];
  for (const one of gone) {
    if (isMade(one.kind)) continue;
    const outcome = yield* attempt([one.undo], []);
    if (outcome.kind === "worked") {
      yield* settle(false);
      others.push(one);
    }
  }
  if (others.length > 0) {
    const again = declared.attachments.filter(({ kind }) => !isMade(kind)).map(({ sql }) => sql);
    const outcome = yield* attempt([...others.map(({ undo }) => undo), ...again], [work.identity]);
    if (outcome.kind === "worked") {
      yield* settle(false);
      const [now] = outcome.live;
      if (now !== null && now !== undefined && comparable(now) === comparable(live)) others.length = 0;
    }
  }
  // The last comes first: a comment on an index before the index.
  return [...made, ...others].sort((a, b) => gone.indexOf(b) - gone.indexOf(a));
}

/** ALTER FUNCTION: CREATE OR REPLACE sets back what its own text does not name. */
export function isRoutineSetting({ kind, key }: Pick<AppliedAttachment, "kind" | "key">): boolean {
  return kind === "setting" && key.startsWith("setting ");
}

function isUndoable(attachment: AppliedAttachment): attachment is AppliedAttachment & Undoable {
  return attachment.undo !== null;
}

/** An object of its own, which is made and dropped. */
function isMade(kind: AppliedAttachment["kind"]): boolean {
  return kind === "index" || kind === "statistics";
}

function stillThere(live: LiveObject, key: string): boolean {
  if (!isLiveRelation(live)) return false;
  return [
    ...live.indexes.map(({ name }) => `index ${quoteName(live.identity.schema, name)}`),
    ...live.statistics.map(({ schema, name }) => `statistics ${quoteName(schema, name)}`),
  ].includes(key);
}
