import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { defineConfig } from "tsdown";
import { bundlePage } from "./src/report/page/bundle.ts";

/**
 * What every command loads at its start, and `migration apply` where nothing is pending, in two files, and in a third what runs
 * migrations: to find, open and link a module takes Node about a millisecond, more than to read these. The library needs only the first.
 */
const ground = [
  "graph/(diagnostic|compare|quote)",
  "src/config/.*",
  "src/project/(stamp|state-file|text-file|scan|placement|listing)",
  "src/template/position",
  "src/database/(database|server|session|statement-batch|server-error|login)",
];
const start = [
  "src/commands/(program|migration-commands|context|output|version|settled|settled-live|tell-run|apply)",
  "src/report/(mask|colors|code-frame|migrations|plan-report)",
  "src/migrations/(settled|is-open|pin-store)",
  "src/live/(settled-components|untracked-file)",
  "src/database/(migration-digest|catalog-state)",
  "src/tenants/scoped-name",
];
const migrate = [
  "src/commands/(migration-apply|migration-project|allowed-costs|confirm|plan-page|telling-errors)",
  "src/migrations/(apply-migrations|block-check|block-marks|build|build-memory|choose-pending|compare|directives|expectations)",
  "src/migrations/(find-migration|interrupted|migration|order|own-script|pin|prepare|ran-meanwhile|read-migrations|read-parts)",
  "src/migrations/(refused|run-migration|run-pipeline|run-script|run-statements|runs-as-sql|script-statements|text)",
  "src/database/(ledger|ledger-shape|lock|migration-ledger|prepared-rows|reshaped|row-versions|scope-snapshots|search-path|trusted)",
  "src/project/working-tree",
  "src/sql/(lexer|library|parser|position|psql-variables|syntax-fix)",
  "src/wasm-compilation",
];

/**
 * Packages that these need, in the bundle too: Node finds, opens and links each of their seventy files otherwise. They stay dependencies:
 * pglite imports pg by itself.
 */
const bundled = [
  "commander",
  "get-east-asian-width",
  "picocolors",
  "valibot",
  "pg",
  ...["pg-connection-string", "pg-int8", "pg-pool", "pg-protocol", "pg-types", "pgpass", "split2", "xtend"],
  ...["postgres-array", "postgres-bytea", "postgres-date", "postgres-interval"],
];
const among = (modules: readonly string[], packages: readonly string[] = []) =>
  new RegExp(
    [`/(${modules.join("|")})\\.ts$`, ...packages.map((name) => `/node_modules/${name}/`)].join("|"),
  );

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
        { name: "ground", test: among(ground, ["valibot"]) },
        { name: "start", test: among(start, ["commander", "picocolors", "get-east-asian-width"]) },
        { name: "migrate", test: among(migrate) },
      ],
    },
  },
  deps: {
    alwaysBundle: bundled,
    onlyBundle: bundled,
    // Not installed; pg asks for them elsewhere only.
    neverBundle: ["pg-native", "pg-cloudflare"],
  },
  dts: { entry: ["src/index.ts", "src/testing.ts"] },
  plugins: [commanderWithoutProcesses()],
  hooks: {
    // What src/report/page/assets.ts looks for beside the tool.
    "build:done": async ({ options }) => {
      writeFileSync(join(options.outDir, "LICENSES"), licenses(bundled));
      const { script, style } = await bundlePage();
      writeFileSync(join(options.outDir, "page.js"), script);
      writeFileSync(join(options.outDir, "page.css"), style);
    },
  },
});

/** commander loads what starts programs for a kind of subcommand that is not used here: 2 ms of each run. */
function commanderWithoutProcesses(): { name: string; transform(code: string, id: string): string | null } {
  const given = "const childProcess = require('node:child_process');";
  return {
    name: "commander-without-processes",
    transform(code, id) {
      if (!id.endsWith("/commander/lib/command.js")) return null;
      if (!code.includes(given)) throw new Error("commander loads node:child_process in another way");
      return code.replace(given, "const childProcess = {};");
    },
  };
}

/** What the packages in the bundle ask to be kept with them. */
function licenses(packages: readonly string[]): string {
  const texts = packages.map((name) => {
    const folder = join("node_modules", name);
    const { version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    const files = readdirSync(folder).filter((file) => /^licen[cs]e/i.test(file));
    const text = files.map((file) => readFileSync(join(folder, file), "utf8").trim());
    return [`${name} ${version} (${license})`, ...text].join("\n\n");
  });
  return `${texts.join("\n\n----\n\n")}\n`;
}
