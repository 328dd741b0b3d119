/**
 * Whether a column that goes and one that comes in its place are one column under a new name. Files say by their own
 * text which of the two they want; what no file declares follows the column, and must not come to read another.
 */
import { describeForDdl } from "../ddl-name.ts";
import { describeIdentity, identityKey } from "../identity.ts";
import { rulesOf } from "../kinds/rules.ts";
import type { LiveObject, LiveRelation } from "../live.ts";
import { quoteIdentifier } from "../quote.ts";
import { attempt, dependentsOf, type Planning, settle } from "../request.ts";
import type { ColumnRename } from "../shape.ts";
import { PlanError, type Problem } from "../step.ts";
import { sameDefinition } from "./meaning.ts";
import type { Pass } from "./pass.ts";
import type { Work } from "./work.ts";

export function renameStatements(live: LiveRelation, renames: readonly ColumnRename[]): readonly string[] {
  const alter = `ALTER ${rulesOf[live.kind].noun} ${describeForDdl(live.identity)} RENAME COLUMN`;
  return renames.map((one) => `${alter} ${quoteIdentifier(one.from)} TO ${quoteIdentifier(one.to)}`);
}

/**
 * A PlanError where a stranger reads a column of `live` that would count as renamed, and the rename alone does not give
 * `wanted`. Column grants, which follow the rename too, are told in a warning then.
 */
export function* requireRename(
  pass: Pass,
  work: Work,
  live: LiveRelation,
  renames: readonly ColumnRename[],
  wanted: LiveObject,
): Planning<void> {
  const readers = yield* strangersThatRead(pass, live, renames);
  const granted = renames.filter(({ from }) =>
    live.columnAttachments.some(({ name, grants }) => name === from && grants.length > 0),
  );
  if (readers.length === 0 && granted.length === 0) return;
  const outcome = yield* attempt(renameStatements(live, renames), [live.identity]);
  const [renamed] = outcome.kind === "worked" ? outcome.live : [];
  if (outcome.kind === "worked") yield* settle(false);
  if (renamed !== null && renamed !== undefined && sameDefinition(renamed, wanted)) return;
  const name = describeIdentity(live.identity);
  const component = work.declared?.component ?? null;
  const problems = readers.map(
    ({ reader, rename }): Problem => ({
      code: "dependent-blocks",
      message: `${name}: column "${rename.from}" goes and "${rename.to}" comes in its place; more than the name changes, and ${reader}, which no file declares, would read the new one`,
      component,
      offset: null,
      fix: `rename the column in a sync of its own; or, where it is another one, change or drop ${reader} first`,
    }),
  );
  if (problems.length > 0) throw new PlanError(problems);
  for (const { from, to } of granted)
    pass.warnings.push(`${name}: column "${from}" counts as renamed to "${to}", and its grants go with it`);
}

interface Reading {
  readonly reader: string;
  readonly rename: ColumnRename;
}

function* strangersThatRead(
  pass: Pass,
  live: LiveRelation,
  renames: readonly ColumnRename[],
): Planning<readonly Reading[]> {
  const found: Reading[] = [];
  const isStranger = (object: LiveObject) => {
    const key = identityKey(object.identity);
    return !pass.desired.objects.has(key) && !pass.removed.has(key);
  };
  for (const dependent of yield* dependentsOf(live)) {
    if (dependent.kind === "object" && !isStranger(dependent.object)) continue;
    const reader =
      dependent.kind === "object"
        ? describeIdentity(dependent.object.identity)
        : dependent.kind === "fixture"
          ? dependent.fixture.description
          : dependent.description;
    for (const rename of renames) if (dependent.columns.includes(rename.from)) found.push({ reader, rename });
  }
  // The catalog's answer leaves out what stands on the view itself.
  for (const child of live.children.filter(isStranger)) {
    const words = new Set(
      child.definition.sql.slice(child.definition.name.end).match(/"(?:[^"]|"")+"|[\p{L}_][\p{L}\p{N}_$]*/gu),
    );
    for (const rename of renames)
      if (words.has(quoteIdentifier(rename.from)))
        found.push({ reader: describeIdentity(child.identity), rename });
  }
  return found;
}
