import { defineConfig } from "tsdown";

export default defineConfig({
  // src/main.ts begins with the line that names node; it is kept, and the file made executable.
  entry: { main: "src/main.ts", index: "src/index.ts", demo: "src/demo.ts" },
  outDir: "dist",
  format: "esm",
  platform: "node",
  target: "node20",
  fixedExtension: false,
  dts: { entry: "src/index.ts" },
});
