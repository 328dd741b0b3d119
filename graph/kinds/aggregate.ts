/**
 * Aggregates. ROUTINE takes their arguments as one plain list; AGGREGATE would want a star for none. Grants say FUNCTION.
 */
import { routineRules } from "./routine.ts";

export const aggregate = routineRules("ROUTINE");
