import { defineConfig } from "tsdown";

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
  entry: { main: "src/main.ts", index: "src/index.ts", demo: "src/demo.ts" },
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
  dts: { entry: "src/index.ts" },
});
