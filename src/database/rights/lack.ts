/** A right that is missing, where it is needed, and the statement that a superuser would mend it with. */
import { PlanError, type Problem } from "../../../graph/step.ts";

export interface Lack {
  readonly message: string;
  /** SQL alone, so that it can be copied. */
  readonly mend: string;
  readonly component: string | null;
  readonly offset: number | null;
}

/** One problem for each statement that mends: thirty views in one schema lack one right. */
function lackProblems(lacks: readonly Lack[]): readonly Problem[] {
  const byMend = new Map<string, { readonly first: Lack; readonly others: Set<string> }>();
  for (const lack of lacks) {
    const known = byMend.get(lack.mend);
    if (known === undefined) byMend.set(lack.mend, { first: lack, others: new Set() });
    else if (lack.message !== known.first.message) known.others.add(lack.message);
  }
  return [...byMend].map(([mend, { first, others }]) => ({
    code: "missing-right",
    message: first.message,
    component: first.component,
    offset: first.offset,
    ...(others.size === 0 ? {} : { detail: [...others].join("\n") }),
    fix: mend,
  }));
}

/** Distinct from what PostgreSQL refused in the middle of a plan, which is still to be explained. */
export class MissingRights extends PlanError {}

export function refuseLacks(lacks: readonly Lack[]): void {
  if (lacks.length > 0) throw new MissingRights(lackProblems(lacks));
}
