/** Runs statements that attach something to an object; a rehearsal builds no index over the rows of a materialized view. */
import { describeForDdl } from "../ddl-name.ts";
import type { Attachment } from "../declared.ts";
import { isRelation } from "../identity.ts";
import { rulesOf } from "../kinds/rules.ts";
import { isLiveRelation, type LiveObject } from "../live.ts";
import { quoteIdentifier, quoteName } from "../quote.ts";
import { attempt, type Planning, run, settle } from "../request.ts";
import { retargetAttachment } from "../syntax/retarget.ts";
import { indexToBuildKey } from "./beside.ts";
import { type Pass, scratchName } from "./pass.ts";
import { refused } from "./refused.ts";
import type { Work } from "./work.ts";

/**
 * First `undo`, then the attachments, whose statements are returned. `live` is the object as it stands, null where it was made
 * just now.
 */
export function* attach(
  pass: Pass,
  work: Work,
  live: LiveObject | null,
  undo: readonly string[],
  attachments: readonly Attachment[],
): Planning<readonly string[]> {
  const sqlOf = (attachment: Attachment) => preparedIndex(pass, work, attachment) ?? attachment.sql;
  const attaching = attachments.map(sqlOf);
  const statements = [...undo, ...attaching];
  const filled = live?.kind === "materialized view" && live.populated;
  const building = filled
    ? attachments.filter((one) => one.kind === "index" && preparedIndex(pass, work, one) === null)
    : [];
  if (building.length === 0) {
    yield* run(statements, work.identity);
    return attaching;
  }
  if (pass.rehearsal && pass.beside !== null)
    for (const index of building) yield* noteIndexToBuild(pass, work, undo, index);
  const rest = attachments.filter((one) => !building.includes(one) && !standsOnOneOf(one, building));
  const rehearse = [
    ...undo,
    ...building.flatMap((index) => {
      const { copy, statements: made } = onEmptyCopy(pass, work, index);
      return [...made, `DROP ${rulesOf[copy.kind].noun} ${describeForDdl(copy)}`];
    }),
    ...rest.map(sqlOf),
  ];
  const outcome = yield* attempt(statements, [], rehearse);
  if (outcome.kind === "refused") throw refused(work, statements, outcome.refusal);
  yield* settle(true);
  return attaching;
}

/** The rename that puts an index in its place that was built side by side; null where none was. */
function preparedIndex(pass: Pass, work: Work, { key }: Attachment): string | null {
  const ready = pass.beside?.indexes.get(indexToBuildKey(work.identity, key));
  if (ready === undefined) return null;
  return `ALTER INDEX ${quoteName(ready.schema, ready.scratch)} RENAME TO ${quoteIdentifier(ready.name)}`;
}

/** PostgreSQL prints the index of an empty copy in a form in which its own name and the relation's can be told apart. */
function* noteIndexToBuild(
  pass: Pass,
  work: Work,
  undo: readonly string[],
  attachment: Attachment,
): Planning<void> {
  const { copy, statements } = onEmptyCopy(pass, work, attachment);
  const outcome = yield* attempt([...undo, ...statements], [copy]);
  // It is refused once more, and told, where it is to stand.
  if (outcome.kind === "refused") return;
  yield* settle(false);
  const made = outcome.live[0];
  const index = made !== null && made !== undefined && isLiveRelation(made) ? made.indexes[0] : undefined;
  if (index === undefined) return;
  const { name, tablespace } = index;
  for (const unique of [false, true]) {
    const head = `CREATE ${unique ? "UNIQUE " : ""}INDEX ${quoteIdentifier(name)} ON ${describeForDdl(copy)} `;
    if (!index.sql.startsWith(head)) continue;
    const definition = index.sql.slice(head.length);
    const identity = { ...copy, name: work.identity.name };
    pass.indexes.push({ identity, attachment: attachment.key, name, definition, unique, tablespace });
  }
}

/** A comment on an index, or the mark to cluster by it. */
export function standsOnOneOf({ key }: Attachment, indexes: readonly Attachment[]): boolean {
  if (indexes.length === 0) return false;
  return key === "cluster" || indexes.some((index) => key.includes(index.key.slice("index ".length)));
}

function onEmptyCopy(pass: Pass, work: Work, index: Attachment) {
  const { identity } = work;
  if (!isRelation(identity)) throw new Error(`${identity.kind} has no index`);
  const copy = { ...identity, name: scratchName(pass) };
  const create = rulesOf[copy.kind].create(work.definition, copy.name);
  return { copy, statements: [...create, retargetAttachment(index, copy).sql] };
}
