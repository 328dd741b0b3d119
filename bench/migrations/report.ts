/** The times as tables. */
import { availableParallelism, loadavg } from "node:os";
import type { ToolTime } from "./measure.ts";

export interface MigrationTable {
  readonly title: string;
  /** The first is what the others are held against. */
  readonly times: readonly ToolTime[];
  /** What the tool promises, and whether it was so. */
  readonly goals: readonly { readonly text: string; readonly met: boolean }[];
}

export function migrationReport(tables: readonly MigrationTable[]): string {
  const parts = tables.map(({ title, times, goals }) => {
    const base = times[0]?.seconds ?? 1;
    const rows = times.map(
      ({ tool, seconds, cpu }) =>
        `| ${tool} | ${seconds.toFixed(3)} s | ${cpu === null ? "" : `${cpu.toFixed(3)} s`} | ${(seconds / base).toFixed(2)} |`,
    );
    return `## ${title}

| tool | time | of it at work | ratio |
|---|---|---|---|
${rows.join("\n")}

${goals.map(({ text, met }) => `- ${text}: ${met ? "yes" : "no"}`).join("\n")}
`;
  });
  return `# Migrations

Whole processes with the same SQL on the same server, in one run: medians of interleaved rounds; "at work" is the processor time of the
tool's processes, the server's not. Each tool as its users run it, with its defaults (node-pg-migrate applies all migrations in one
transaction; the others, this one too, each in its own). Node ${process.versions.node}, PostgreSQL 18 on the same machine with
${availableParallelism()} processors, nothing synced to disk. Load average of the last quarter of an hour: ${loadavg()[2]?.toFixed(1)}; where it is above the number of
processors, other work shared them, and ratios and times at work say more than times. Written by \`npm run bench -- --migrations\`.

${parts.join("\n")}`;
}
