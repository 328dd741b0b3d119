/** Aggregates. Comments and ownership say AGGREGATE, grants say FUNCTION. */
import { routineRules } from "./routine.ts";

export const aggregate = routineRules("AGGREGATE");
