/** Random graphs on PostgreSQL 15. */
import { describeGraphs } from "./describe-graphs.ts";

describeGraphs(15);
