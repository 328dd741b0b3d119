/**
 * Sees to it that grants which others than the owner had made came back. PostgreSQL names the owner as the grantor where
 * a grantor has the owner's rights by now (select_best_grantor in src/backend/utils/adt/acl.c), and gives nothing, with
 * a warning alone, where one has lost the right to pass a privilege on.
 */
import { describeIdentity } from "../identity.ts";
import { type Grant, isLiveChild, isLiveRelation, type LiveObject } from "../live.ts";
import { find, type Planning } from "../request.ts";
import { PlanError } from "../step.ts";
import type { Pass } from "./pass.ts";
import type { Work } from "./work.ts";

/** Asks nothing where the owner made all grants himself. A grant that is lost is a PlanError, another grantor a warning. */
export function* checkGrants(pass: Pass, work: Work, old: LiveObject): Planning<void> {
  const wanted = grantsOf(old).filter(({ grant }) => grant.grantor !== old.owner);
  if (wanted.length === 0) return;
  const [now] = yield* find([work.identity]);
  if (now === null || now === undefined) return;
  const present = grantsOf(now);
  const name = describeIdentity(work.identity);
  const columns = isLiveRelation(now) ? new Set(now.columns.map((column) => column.name)) : null;
  for (const { column, grant } of wanted) {
    if (column !== null && columns?.has(column) === false) continue;
    const same = present.filter(
      (other) =>
        other.column === column &&
        other.grant.grantee === grant.grantee &&
        other.grant.privilege === grant.privilege &&
        (other.grant.grantable || !grant.grantable),
    );
    if (same.some((other) => other.grant.grantor === grant.grantor)) continue;
    const what = `${grant.privilege}${column === null ? "" : ` (${column})`} for ${grant.grantee ?? "PUBLIC"}`;
    const [other] = same;
    if (other === undefined) {
      throw new PlanError([
        {
          code: "dependent-blocks",
          message: `${name}: ${what} was granted by ${grant.grantor}, who cannot grant it any more`,
          component: work.declared?.component ?? null,
          offset: null,
          fix: `revoke it, or give ${grant.grantor} the grant option again`,
        },
      ]);
    }
    pass.warnings.push(
      `${name}: ${what} was granted by ${grant.grantor} and counts as granted by ${other.grant.grantor} now, whose rights ${grant.grantor} has`,
    );
  }
}

function grantsOf(live: LiveObject): readonly { readonly column: string | null; readonly grant: Grant }[] {
  if (isLiveChild(live)) return [];
  const own = live.grants.map((grant) => ({ column: null, grant }));
  if (!isLiveRelation(live)) return own;
  return [
    ...own,
    ...live.columnAttachments.flatMap(({ name, grants }) => grants.map((grant) => ({ column: name, grant }))),
  ];
}
