/** Random graphs on PostgreSQL 18. */
import { describeGraphs } from "./describe-graphs.ts";

describeGraphs(18);
