/** An object that a component can declare, as statements that leave nothing of it out. */
import { type Grant, isLiveRelation, isLiveRoutine, type LiveObject } from "../../graph/live.ts";
import { restoreStatements } from "../../graph/restore.ts";
import { objectSource } from "../../graph/source/object-source.ts";

/** `builtin`: the privileges that PostgreSQL gives by itself on an object of its owner. */
export function plainStatements(
  live: LiveObject,
  role: string,
  builtin: readonly Grant[],
): readonly string[] {
  const { create } = objectSource(live, { owners: false, grants: false, defaults: () => [] });
  return [create, ...restoreStatements(live, freshlyMade(live, role, builtin), () => false)];
}

/** As it is when `role` has just made it, where nobody has default privileges. */
function freshlyMade(live: LiveObject, role: string, builtin: readonly Grant[]): LiveObject {
  const own = (name: string | null) => (name === live.owner ? role : name);
  const grants = builtin.map((one) => ({
    ...one,
    grantor: own(one.grantor) ?? role,
    grantee: own(one.grantee),
  }));
  const bare = { owner: role, comment: null, labels: [], dependsOn: [] };
  if (isLiveRelation(live)) {
    return {
      ...live,
      ...bare,
      grants,
      columnAttachments: live.columnAttachments.map((column) => ({
        ...column,
        grants: [],
        comment: null,
        default: null,
        statistics: null,
        storage: null,
        compression: null,
        options: null,
        labels: [],
      })),
      indexes: [],
      statistics: [],
      tablespace: null,
      replicaIdentity: "d",
      rowType: { ...live.rowType, grants: null, comment: null, labels: [], arrayComment: null },
      queryComment: null,
    };
  }
  if (isLiveRoutine(live)) return { ...live, ...bare, grants };
  return {
    ...live,
    ...bare,
    owner: live.owner,
    enabled: "O",
    constraintComment: null,
    copies: live.copies.map((copy) => ({
      ...copy,
      enabled: "O",
      comment: null,
      constraintComment: null,
      dependsOn: [],
    })),
  };
}
