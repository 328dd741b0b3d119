/** Triggers. CREATE OR REPLACE TRIGGER keeps the comment and enables a disabled trigger; a constraint trigger has no OR REPLACE. */
import { createStatement, replaceStatement } from "../definition.ts";
import type { KindRules } from "./kind-rules.ts";

export const trigger: KindRules = {
  noun: "TRIGGER",
  grantNoun: null,
  replace: (definition, live) => {
    const constraint = (parts: typeof definition.parts) => parts.kind === "trigger" && parts.constraint;
    return constraint(definition.parts) || constraint(live.definition.parts)
      ? null
      : [replaceStatement(definition)];
  },
  // CreateTrigger in src/backend/commands/trigger.c: a trigger of another sort under the same name.
  shapeRefusals: new Set(["0A000", "42710"]),
  setAside: false,
  create: (definition, as) => [createStatement(definition, as)],
};
