/** Functions. */
import { routineRules } from "./routine.ts";

export const functionRules = routineRules("FUNCTION");
