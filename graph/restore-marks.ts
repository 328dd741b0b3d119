/** What can hang on an object of any kind: its owner, comment, security labels and DEPENDS ON EXTENSION. */
import { describeForDdl } from "./ddl-name.ts";
import { rulesOf } from "./kinds/rules.ts";
import type { LiveObject, SecurityLabel } from "./live.ts";
import type { LiveIndex } from "./live-index.ts";
import { quoteIdentifier, quoteLiteral } from "./quote.ts";

export function restoreOwner(old: LiveObject, now: LiveObject): readonly string[] {
  if (old.owner === now.owner) return [];
  return [`ALTER ${nameOf(now)} OWNER TO ${quoteIdentifier(old.owner)}`];
}

export function restoreMarks(old: LiveObject, now: LiveObject): readonly string[] {
  const statements: string[] = [];
  if (old.comment !== now.comment && old.comment !== null)
    statements.push(`COMMENT ON ${nameOf(now)} IS ${quoteLiteral(old.comment)}`);
  return [
    ...statements,
    ...labelStatements(nameOf(now), old.labels, now.labels),
    ...restoreExtensionDependencies(old, now),
  ];
}

/** These go with every CREATE OR REPLACE too: deleteDependencyRecordsFor in src/backend/catalog/pg_depend.c. */
export function restoreExtensionDependencies(old: LiveObject, now: LiveObject): readonly string[] {
  // ALTER AGGREGATE has no DEPENDS; ALTER ROUTINE takes aggregates.
  const name = now.kind === "aggregate" ? `ROUTINE ${describeForDdl(now.identity)}` : nameOf(now);
  return dependsStatements(name, old, now);
}

/** `name` is what stands behind ALTER: `INDEX public.i`. */
export function dependsStatements(
  name: string,
  old: Pick<LiveIndex, "dependsOn">,
  now: Pick<LiveIndex, "dependsOn">,
): readonly string[] {
  return old.dependsOn
    .filter((extension) => !now.dependsOn.includes(extension))
    .map((extension) => `ALTER ${name} DEPENDS ON EXTENSION ${quoteIdentifier(extension)}`);
}

/** `name` is what stands behind ON: `COLUMN public.v.a`. */
export function labelStatements(
  name: string,
  old: readonly SecurityLabel[],
  now: readonly SecurityLabel[],
): readonly string[] {
  const present = new Map(now.map((one) => [one.provider, one.label]));
  return old
    .filter((one) => present.get(one.provider) !== one.label)
    .map(
      (one) => `SECURITY LABEL FOR ${quoteIdentifier(one.provider)} ON ${name} IS ${quoteLiteral(one.label)}`,
    );
}

function nameOf(object: LiveObject): string {
  return `${rulesOf[object.kind].noun} ${describeForDdl(object.identity)}`;
}
