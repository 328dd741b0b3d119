/** The benchmarks: `npm run bench`, with `-- --smoke` a short run for CI, with `-- --closures [SCHEMA…]` real schemas. */
import { parseArgs } from "node:util";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { smoke: { type: "boolean", default: false }, closures: { type: "boolean", default: false } },
});

if (values.closures) {
  const { benchClosures } = await import("./closures.ts");
  await benchClosures(positionals);
} else {
  const { benchSpeed } = await import("./speed.ts");
  await benchSpeed(values.smoke);
}
