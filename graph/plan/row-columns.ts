/** What stores rows of a view that was made anew: bound at the end of the pass, when both row types are known. */
import { describeSubject } from "../bystander.ts";
import { bindRowColumn, lostColumns, type RowColumn } from "../fixtures/row-column.ts";
import { describeIdentity, type Identity } from "../identity.ts";
import { isLiveRelation } from "../live.ts";
import { find, type Planning } from "../request.ts";
import type { Problem } from "../step.ts";
import { type Pass, scratchName } from "./pass.ts";
import type { WaitingFixture } from "./waiting-fixture.ts";

/** Gives each its binding. Returns those that would lose values. */
export function* settleRowColumns(pass: Pass): Planning<readonly Problem[]> {
  const problems: Problem[] = [];
  for (const [key, waiting] of [...pass.fixtures]) {
    const { fixture, stores } = waiting;
    if (fixture.kind !== "row column" || stores === undefined) continue;
    const aside = pass.setAside.find((old) => old.live.oid === stores.oid);
    const [now] = yield* find([stores.identity]);
    if (
      aside === undefined ||
      now === null ||
      now === undefined ||
      !isLiveRelation(now) ||
      !isLiveRelation(aside.live)
    ) {
      pass.fixtures.delete(key);
      continue;
    }
    const { schema, name: newName } = now.identity;
    const change = { schema, oldName: aside.scratch, newName, old: aside.live.columns, now: now.columns };
    const lost = fixture.host.bytes === 0 ? [] : lostColumns(change);
    if (lost.length > 0) problems.push(losesValues(waiting, fixture, stores.identity, lost));
    else pass.fixtures.set(key, { ...waiting, binding: bindRowColumn(fixture, change, scratchName(pass)) });
  }
  return problems;
}

function losesValues(
  { component }: WaitingFixture,
  fixture: RowColumn,
  of: Identity,
  lost: readonly string[],
): Problem {
  const { subject, owner } = fixture.host;
  const columns = lost.map((name) => `column "${name}"`).join(", ");
  return {
    code: "dependent-blocks",
    message: `${describeIdentity(of)}: ${columns} cannot go: column "${fixture.column}" of ${describeSubject(subject)}, owned by ${owner}, stores rows of it, and their values would be lost`,
    component,
    offset: null,
    fix: "keep the column, or give the table's column another type in a migration first",
  };
}
