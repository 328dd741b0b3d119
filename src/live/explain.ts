/** Finds the component that a refused statement came from. */
import { identityKey } from "../../graph/identity.ts";
import { refused } from "../../graph/plan/refused.ts";
import { noReasons } from "../../graph/plan/work.ts";
import { PlanError } from "../../graph/step.ts";
import type { StatementRefused } from "../database/drive.ts";
import type { Files } from "./workspace.ts";

export function explainRefusal(error: StatementRefused, files: Files): PlanError {
  const { blame, refusal, statement } = error;
  const key = blame === null ? null : identityKey(blame);
  for (const component of key === null ? [] : files.components) {
    for (const declared of component.facts.parsed.objects) {
      // Argument types may have been settled since: the name and the kind find the overload's file well enough.
      const same =
        identityKey(declared.identity) === key ||
        (declared.identity.name === blame?.name &&
          declared.identity.kind === blame.kind &&
          declared.sql.length > 0 &&
          statement.endsWith(declared.sql.slice(declared.name.end)));
      if (!same) continue;
      const work = {
        key: key ?? "",
        identity: declared.identity,
        declared,
        applied: null,
        definition: declared,
        reasons: noReasons,
        why: "",
        live: null,
      };
      return refused(work, [statement], { ...refusal, statement: 0 });
    }
  }
  return new PlanError([
    {
      code: "statement-refused",
      message: refusal.message,
      component: null,
      offset: null,
      detail: [refusal.detail, refusal.where, statement].filter((text) => text !== undefined).join("\n"),
      fix: refusal.hint,
    },
  ]);
}
