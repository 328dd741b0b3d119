/** Runs statements that attach something to an object; a rehearsal builds no index over the rows of a materialized view. */

import { describeForDdl } from "../ddl-name.ts";
import type { Attachment } from "../declared.ts";
import { isRelation } from "../identity.ts";
import { rulesOf } from "../kinds/rules.ts";
import type { LiveObject } from "../live.ts";
import { attempt, type Planning, run, settle } from "../request.ts";
import { retargetAttachment } from "../syntax/retarget.ts";
import { type Pass, scratchName } from "./pass.ts";
import { refused } from "./refused.ts";
import type { Work } from "./work.ts";

/** First `undo`, then the attachments. `live` is the object as it stands, null where it was made just now. */
export function* attach(
  pass: Pass,
  work: Work,
  live: LiveObject | null,
  undo: readonly string[],
  attachments: readonly Attachment[],
): Planning<void> {
  const statements = [...undo, ...attachments.map((attachment) => attachment.sql)];
  const filled = live?.kind === "materialized view" && live.populated;
  const building = filled ? attachments.filter((attachment) => attachment.kind === "index") : [];
  if (building.length === 0) return yield* run(statements, work.identity);
  const rest = attachments.filter((one) => !building.includes(one) && !standsOnOneOf(one, building));
  const rehearse = [
    ...undo,
    ...building.flatMap((index) => onEmptyCopy(pass, work, index)),
    ...rest.map((attachment) => attachment.sql),
  ];
  const outcome = yield* attempt(statements, [], rehearse);
  if (outcome.kind === "refused") throw refused(work, statements, outcome.refusal);
  yield* settle(true);
}

/** A comment on an index, or the mark to cluster by it. */
export function standsOnOneOf({ key }: Attachment, indexes: readonly Attachment[]): boolean {
  if (indexes.length === 0) return false;
  return key === "cluster" || indexes.some((index) => key.includes(index.key.slice("index ".length)));
}

function onEmptyCopy(pass: Pass, work: Work, index: Attachment): readonly string[] {
  const { identity } = work;
  if (!isRelation(identity)) throw new Error(`${identity.kind} has no index`);
  const copy = { ...identity, name: scratchName(pass) };
  return [
    ...rulesOf[copy.kind].create(work.definition, copy.name),
    retargetAttachment(index, copy).sql,
    `DROP ${rulesOf[copy.kind].noun} ${describeForDdl(copy)}`,
  ];
}
