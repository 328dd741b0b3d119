/** What functions, procedures and aggregates have in common. */
import { createStatement, replaceStatement } from "../definition.ts";
import type { KindRules } from "./kind-rules.ts";

export function routineRules(noun: string): KindRules {
  return {
    noun,
    grantNoun: noun === "PROCEDURE" ? "PROCEDURE" : "FUNCTION",
    replace: (definition) => [replaceStatement(definition)],
    // ProcedureCreate in src/backend/catalog/pg_proc.c: another result type, argument names or fewer defaults raise
    // ERRCODE_INVALID_FUNCTION_DEFINITION; a function in the place of an aggregate or procedure ERRCODE_WRONG_OBJECT_TYPE.
    shapeRefusals: new Set(["42P13", "42809"]),
    setAside: true,
    create: (definition, as) => [createStatement(definition, as)],
  };
}
