/** Rewrite rules. CREATE OR REPLACE RULE keeps the rule's enabled state and comment. */
import { createStatement, replaceStatement } from "../definition.ts";
import type { KindRules } from "./kind-rules.ts";

export const rule: KindRules = {
  noun: "RULE",
  grantNoun: null,
  replace: (definition) => [replaceStatement(definition)],
  shapeRefusals: new Set(),
  setAside: false,
  create: (definition, as) => [createStatement(definition, as)],
};
