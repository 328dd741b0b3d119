/** Views. CREATE OR REPLACE VIEW keeps owner, grants, triggers, rules, defaults and comments, and clears every option. */
import { createStatement, replaceStatement } from "../definition.ts";
import type { KindRules } from "./kind-rules.ts";

export const view: KindRules = {
  noun: "VIEW",
  grantNoun: "TABLE",
  replace: (definition) => [replaceStatement(definition)],
  // checkViewColumns in src/backend/commands/view.c raises ERRCODE_INVALID_TABLE_DEFINITION.
  shapeRefusals: new Set(["42P16"]),
  setAside: true,
  create: (definition, as) => [createStatement(definition, as)],
};
