/** Random graphs on PostgreSQL 18, and on versions from 16 on where they are installed. */
import { VERSIONS } from "../servers/binaries.ts";
import { describeGraphs } from "./describe-graphs.ts";

for (const version of VERSIONS) if (version > 15) describeGraphs(version);
