/** What a view and a materialized view do not have in common, and would be lost where one takes the other's place. */
import { describeIdentity, identityKey, type ObjectKind } from "../identity.ts";
import { isLiveRelation, type LiveObject } from "../live.ts";
import { quoteIdentifier, quoteName } from "../quote.ts";
import { PlanError } from "../step.ts";
import type { Pass } from "./pass.ts";
import type { Work } from "./work.ts";

/** @throws a PlanError that names what no file declares; storage settings, which only tune, stay behind */
export function refuseLostWithKind(pass: Pass, work: Work, old: LiveObject): void {
  const applied = pass.applied.get(identityKey(old.identity))?.attachments ?? [];
  const declared = new Set(applied.map((attachment) => attachment.key));
  const lost = partsLost(old, work.identity.kind).filter(
    ({ keys }) => !keys.some((key) => declared.has(key)),
  );
  if (lost.length === 0) return;
  throw new PlanError(
    lost.map(({ what, fix }) => ({
      code: "dependent-blocks" as const,
      message: `${describeIdentity(old.identity)} cannot become a ${work.identity.kind}: ${what} would be lost and no file declares it`,
      component: work.declared?.component ?? null,
      offset: null,
      fix,
    })),
  );
}

interface Part {
  readonly what: string;
  /** The keys under which a file may have declared it. */
  readonly keys: readonly string[];
  readonly fix: string;
}

function partsLost(old: LiveObject, becomes: ObjectKind): readonly Part[] {
  if (!isLiveRelation(old) || old.kind === becomes) return [];
  if (becomes === "view") {
    const indexes = old.indexes.map(({ name }) => named("index", old.identity.schema, name));
    const statistics = old.statistics.map(({ schema, name }) => named("statistics", schema, name));
    return [...indexes, ...statistics];
  }
  if (becomes !== "materialized view") return [];
  return old.columnAttachments
    .filter((column) => column.default !== null)
    .map(({ name }) => ({
      what: `the default of column "${name}"`,
      keys: [`default ${quoteIdentifier(name)}`],
      fix: "drop that default first",
    }));
}

function named(kind: string, schema: string, name: string): Part {
  const path = quoteName(schema, name);
  return {
    what: `${kind} ${path}`,
    keys: [`${kind} ${path}`, `${kind} ${name}`, `${kind} ${quoteIdentifier(name)}`],
    fix: `drop ${kind} ${path} first`,
  };
}
