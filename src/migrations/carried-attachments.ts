/** What hung on an object that a block makes anew, and the block did not know of: it comes back as it was. */
import {
  type ColumnAttachments,
  type Grant,
  isLiveChild,
  isLiveRelation,
  isLiveRoutine,
  type LiveObject,
  type LiveRelation,
} from "../../graph/live.ts";
import { attachmentsOf, grantWord, type Hanging, takenFromPublic } from "./hanging.ts";

/**
 * `now`, as the block made it, with what `was` had beside the expected. What the block changed of its own accord (a comment that its
 * component has now) stays as the block made it. `me`: the role that runs.
 */
export function withCarried(
  was: LiveObject,
  now: LiveObject,
  expected: Pick<Hanging, "attachments">,
  me: string,
): LiveObject {
  const had = attachmentsOf(was, me);
  const has = attachmentsOf(now, me);
  const comes = (what: string): boolean =>
    had[what] !== expected.attachments[what] && has[what] === expected.attachments[what];
  const owner = comes("owner") ? was.owner : now.owner;
  const grants = (column: string | null, old: readonly Grant[], made: readonly Grant[]): readonly Grant[] => {
    const word = (grant: Grant) => grantWord(grant, column, me);
    const gone = (grant: Grant) => takenFromPublic(word(grant), { attachments: had }) && comes(word(grant));
    const carried = old.filter((grant) => grant.grantee !== was.owner && comes(word(grant)));
    const words = new Set(carried.map(word));
    const kept = made.filter((grant) => !words.has(word(grant)) && !gone(grant));
    return [...owned(kept, now.owner, owner), ...carried];
  };
  const marks = {
    owner,
    comment: comes("comment") ? was.comment : now.comment,
    dependsOn: comes("extensions") ? was.dependsOn : now.dependsOn,
    labels: [
      ...now.labels.filter(({ provider }) => !comes(label(provider))),
      ...was.labels.filter(({ provider }) => comes(label(provider))),
    ],
  };
  if (isLiveRoutine(now) && isLiveRoutine(was))
    return { ...now, ...marks, grants: grants(null, was.grants, now.grants) };
  if (isLiveChild(now) && isLiveChild(was))
    return { ...now, ...marks, enabled: comes("enabled") ? was.enabled : now.enabled };
  if (!isLiveRelation(now) || !isLiveRelation(was)) return now;
  return {
    ...now,
    ...marks,
    grants: grants(null, was.grants, now.grants),
    ...(was.kind === now.kind ? ofSameKind(was, now, comes) : {}),
    queryComment: comes("comment on its query") ? was.queryComment : now.queryComment,
    rowType: comes("comment on its type") ? { ...now.rowType, comment: was.rowType.comment } : now.rowType,
    columnAttachments: now.columnAttachments.map((column) => {
      const old = was.columnAttachments.find(({ name }) => name === column.name);
      return old === undefined ? column : columnWith(old, column, comes, grants);
    }),
  };
}

/** What a view and a materialized view do not have in common. Indexes and statistics: those to be made alone. */
function ofSameKind(
  was: LiveRelation,
  now: LiveRelation,
  comes: (what: string) => boolean,
): Partial<LiveRelation> {
  return {
    options: comes("options") ? was.options : now.options,
    indexes: was.indexes.filter(({ name }) => comes(`index ${name}`)),
    statistics: was.statistics.filter(({ name }) => comes(`statistics ${name}`)),
  };
}

function columnWith(
  was: ColumnAttachments,
  now: ColumnAttachments,
  comes: (what: string) => boolean,
  grants: (column: string, old: readonly Grant[], made: readonly Grant[]) => readonly Grant[],
): ColumnAttachments {
  const { name } = now;
  return {
    ...now,
    grants: grants(name, was.grants, now.grants),
    comment: comes(`comment of column ${name}`) ? was.comment : now.comment,
    default: comes(`default of column ${name}`) ? was.default : now.default,
    statistics: comes(`statistics of column ${name}`) ? was.statistics : now.statistics,
    options: comes(`options of column ${name}`) ? was.options : now.options,
  };
}

function label(provider: string): string {
  return `security label of ${provider}`;
}

/** Grants of the old owner are the new one's, once it is that. */
function owned(grants: readonly Grant[], from: string, to: string): readonly Grant[] {
  const swap = (name: string | null) => (name === from ? to : name);
  return grants.map((grant) => ({
    ...grant,
    grantor: swap(grant.grantor) ?? to,
    grantee: swap(grant.grantee),
  }));
}
