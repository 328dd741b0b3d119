/** Random graphs on PostgreSQL 15, and on other versions up to it where they are installed. */
import { VERSIONS } from "../servers/binaries.ts";
import { describeGraphs } from "./describe-graphs.ts";

for (const version of VERSIONS) if (version <= 15) describeGraphs(version);
