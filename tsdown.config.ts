import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { defineConfig } from "tsdown";
import { bundlePage } from "./src/report/page/bundle.ts";

/**
 * What every command loads at its start, and `migration apply` where nothing is pending, in two files: to find, open and link a
 * module takes Node about a millisecond, more than to read these. The library needs only the first.
 */
const ground = [
  "graph/(diagnostic|compare|quote)",
  "src/config/.*",
  "src/project/(stamp|state-file|text-file|scan|placement)",
  "src/template/position",
  "src/database/(database|server|session|statement-batch|server-error|login)",
];
const start = [
  "src/commands/(program|migration-commands|context|output|version|settled|apply)",
  "src/report/(mask|colors|code-frame|migrations)",
  "src/migrations/(settled|is-open|pin-store)",
  "src/database/migration-digest",
];
const among = (modules: readonly string[]) => new RegExp(`/(${modules.join("|")})\\.ts$`);

export default defineConfig({
  // src/main.ts begins with the line that names node; it is kept, and the file made executable.
  entry: { main: "src/main.ts", index: "src/index.ts", testing: "src/testing.ts", demo: "src/demo.ts" },
  outDir: "dist",
  format: "esm",
  platform: "node",
  target: "node20",
  fixedExtension: false,
  outputOptions: {
    codeSplitting: {
      groups: [
        { name: "ground", test: among(ground) },
        { name: "start", test: among(start) },
      ],
    },
  },
  dts: { entry: ["src/index.ts", "src/testing.ts"] },
  hooks: {
    // What src/report/page/assets.ts looks for beside the tool.
    "build:done": async ({ options }) => {
      const { script, style } = await bundlePage();
      writeFileSync(join(options.outDir, "page.js"), script);
      writeFileSync(join(options.outDir, "page.css"), style);
    },
  },
});
