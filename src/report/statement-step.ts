/** Steps that run a statement of a migration or of --around which changes no table: they have no object to be named by. */
import { isBystander } from "../../graph/bystander.ts";
import type { Step } from "../../graph/step.ts";

export interface StatementStep {
  /** `shop/20260101120000-customers`, `--around`, or a file. */
  readonly source: string;
  /** In one line. */
  readonly statement: string;
}

/** Null for every other step. */
export function statementOf({ identity, reason }: Pick<Step, "identity" | "reason">): StatementStep | null {
  if (!isBystander(identity) || identity.schema !== null) return null;
  const source = /^\((.*)\)$/s.exec(identity.name)?.[1];
  if (source === undefined || !reason.startsWith(`${source}: `)) return null;
  return { source, statement: reason.slice(source.length + 2) };
}
