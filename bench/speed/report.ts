/** The measurements as a table. */
import { availableParallelism } from "node:os";
import type { Measurement } from "./measure.ts";

export function speedReport(measurements: readonly Measurement[], psql: boolean): string {
  const peer = psql ? "psql" : "driver, statement by statement";
  const rows = measurements.map((one) => {
    const ratio = one.psql === null ? "" : (one.tool / one.psql).toFixed(2);
    const met = one.met === null ? "" : one.met ? "yes" : "no";
    return `| ${one.what} | ${shown(one.tool, one.unit)} | ${one.psql === null ? "" : shown(one.psql, one.unit)} | ${ratio} | ${one.goal} | ${met} |`;
  });
  return `# Speed

Medians of one run, side by side, of whole processes: \`migrator sync\` on a generated project of views in layers (and one
function for 20 views) against \`psql -1 -f\` with the same statements in order. Node ${process.versions.node}, PostgreSQL 18 on the same
machine with ${availableParallelism()} processors, nothing synced to disk. Written by \`npm run bench\`.

| work | migrator | ${peer} | ratio | goal | met |
|---|---|---|---|---|---|
${rows.join("\n")}
`;
}

function shown(value: number, unit: "s" | "MB"): string {
  return unit === "s" ? `${value.toFixed(2)} s` : `${value.toFixed(0)} MB`;
}
