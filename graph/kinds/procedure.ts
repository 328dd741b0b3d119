/** Procedures. */
import { routineRules } from "./routine.ts";

export const procedure = routineRules("PROCEDURE");
