/** Says in words what hung on an object that is made anew. */
import { isLiveChild, isLiveRelation, type LiveObject } from "../live.ts";

export function describeKept(live: LiveObject): readonly string[] {
  if (isLiveChild(live)) return live.enabled === "O" ? [] : ["enabled state"];
  const kept = ["owner"];
  const add = (count: number, one: string, many = `${one}s`) => {
    if (count > 0) kept.push(`${count} ${count === 1 ? one : many}`);
  };
  const granted = live.grants.filter((grant) => grant.grantee !== live.owner).length;
  if (!isLiveRelation(live)) {
    add(granted, "grant");
    add(live.comment === null ? 0 : 1, "comment");
    return kept;
  }
  add(granted + live.columnAttachments.flatMap((column) => column.grants).length, "grant");
  const comments = [
    live.comment,
    ...live.columnAttachments.map((column) => column.comment),
    ...live.children.map((child) => child.comment),
  ];
  add(comments.filter((comment) => comment !== null).length, "comment");
  add(live.options.length, "option");
  add(live.columnAttachments.filter((column) => column.default !== null).length, "default");
  add(live.children.filter((child) => child.kind === "trigger").length, "trigger");
  add(live.children.filter((child) => child.kind === "rule").length, "rule");
  add(live.indexes.length, "index", "indexes");
  add(live.statistics.length, "statistics object");
  return kept;
}
