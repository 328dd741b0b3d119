/**
 * The benchmarks: `npm run bench`, with `-- --smoke` a short run for CI, with `-- --closures [SCHEMA…]` real schemas, with
 * `-- --migrations` other tools beside it, with `-- --graph` the page of the graph,
 * with `-- --tenants` many tenants (`-- --tenants 100 1000`: of these numbers).
 */
import { parseArgs } from "node:util";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    smoke: { type: "boolean", default: false },
    closures: { type: "boolean", default: false },
    migrations: { type: "boolean", default: false },
    graph: { type: "boolean", default: false },
    tenants: { type: "boolean", default: false },
  },
});

if (values.closures) {
  const { benchClosures } = await import("./closures.ts");
  await benchClosures(positionals);
} else if (values.migrations) {
  const { benchMigrations } = await import("./migrations.ts");
  await benchMigrations();
} else if (values.graph) {
  const { benchGraph } = await import("./graph.ts");
  await benchGraph(values.smoke);
} else if (values.tenants) {
  const { benchTenants } = await import("./tenants.ts");
  await benchTenants(values.smoke, positionals.map(Number));
} else {
  const { benchSpeed } = await import("./speed.ts");
  await benchSpeed(values.smoke);
  if (values.smoke) {
    const { benchTenants } = await import("./tenants.ts");
    await benchTenants(true);
  }
}
