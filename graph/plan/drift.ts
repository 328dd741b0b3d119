/** Changes that somebody made in the database: they are told, all of them, and never overwritten unasked. */
import type { Definition } from "../definition.ts";
import { describeIdentity } from "../identity.ts";
import type { LiveObject } from "../live.ts";
import type { Planning } from "../request.ts";
import type { Drift, Problem } from "../step.ts";
import { compareMeaning, meanAsApplied } from "./meaning.ts";
import type { Pass } from "./pass.ts";
import { attachmentsStand, missingAttachments, wasApplied } from "./reconcile.ts";
import { vanishedAttachments } from "./vanished-attachments.ts";
import type { Work } from "./work.ts";

/** An object that exists and that the ledger does not know is taken over only where it is equal. */
export function refusesAdoption(pass: Pass, work: Work): boolean {
  if (work.applied !== null || work.declared === null || pass.takeFiles || work.reasons.rebind) return false;
  const message = `${describeIdentity(work.identity)} exists and differs from its component`;
  pass.problems.push(problem(work, message, null, { definition: true, attachments: [] }));
  return true;
}

/** Mostly they are all as they were: that many are asked for in one question. */
const mostTogether = 50;

/**
 * Objects whose catalog rows changed since the last apply must still mean what was applied, or what the file says now, and
 * what was attached to them must stand. Asked before anything is changed: afterwards their texts may mean something
 * else for the plan's own reasons, and what a new object brings along is no longer what its file attached.
 */
export function* findDrift(pass: Pass, works: Iterable<Work>): Planning<void> {
  const distrusted = [...works].filter(
    ({ live, applied }) => live !== null && applied?.live === "changed" && live.extension === null,
  );
  const stand = new Set<string>();
  for (let start = 0; start < distrusted.length; start += mostTogether) {
    const some = distrusted.slice(start, start + mostTogether);
    for (const key of yield* meanAsApplied(pass, some)) pass.asApplied.add(key);
    for (const key of yield* attachmentsStand(some)) stand.add(key);
  }
  for (const work of distrusted) {
    if (work.live === null || work.applied === null) continue;
    const definition =
      !pass.asApplied.has(work.key) && (yield* hasDrifted(pass, work, work.live, work.applied.definition));
    const missing = stand.has(work.key) ? [] : yield* missingAttachments(pass, work, work.live, definition);
    if (!definition && missing.length === 0 && (yield* vanishedAttachments(work, work.live)).length === 0)
      pass.standing.add(work.key);
    const changed = missing.filter((attachment) => wasApplied(work, attachment));
    if (!definition && changed.length === 0) continue;
    const attachments = changed.map(({ key }) => key);
    const facts = { definition, attachments };
    const name = describeIdentity(work.identity);
    const message = definition
      ? `${name} was changed in the database since it was applied${attachments.length > 0 ? `, and so was what its component attaches: ${attachments.join(", ")}` : ""}`
      : `${name}: what its component attaches was changed in the database: ${attachments.join(", ")}`;
    pass.problems.push(problem(work, message, definition ? null : (changed[0]?.offset ?? null), facts));
  }
}

/** A text that PostgreSQL refuses now says nothing about the live object: what it names was changed under it. */
function* hasDrifted(pass: Pass, work: Work, live: LiveObject, applied: Definition): Planning<boolean> {
  if ((yield* compareMeaning(pass, work, applied, live)) !== "other") return false;
  return work.declared === null || (yield* compareMeaning(pass, work, work.definition, live)) === "other";
}

function problem(
  work: Work,
  message: string,
  offset: number | null,
  facts: Pick<Drift, "definition" | "attachments">,
): Problem {
  const { declared, applied, identity } = work;
  return {
    code: "drift",
    message,
    component: declared?.component ?? applied?.component ?? null,
    offset: offset ?? declared?.offset ?? null,
    fix: driftFix(declared !== null),
    drift: { identity, ...facts },
  };
}

function driftFix(declared: boolean): string {
  return declared
    ? "see it with migrator drift; --take files overwrites it, --take database writes it to the component"
    : "--take files drops it all the same, --take database brings the component back";
}
