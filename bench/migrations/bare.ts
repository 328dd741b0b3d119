/** Node, the driver and one query: what no tool on Node can go below. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { MigrationTool } from "./tool.ts";

/** `driver` is the absolute URL of node-postgres. */
export function bareNode(driver: string): MigrationTool {
  const script = `import pg from ${JSON.stringify(driver)};
const client = new pg.Client({ connectionString: process.argv[2] });
await client.connect();
await client.query("select 1");
await client.end();
`;
  return {
    name: "node with pg and one query",
    migrates: false,
    write: (folder) => writeFileSync(join(folder, "bare.mjs"), script),
    command: (url) => ({ args: ["bare.mjs", url], env: {} }),
  };
}
