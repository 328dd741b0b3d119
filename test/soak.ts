/** `npm run soak`: the whole suite with many more random graphs, every corpus on every server, and the large projects. */
import { spawn } from "node:child_process";

const env = { GRAPHS: "20000", CORPORA: "all", MIGRATOR_LARGE_TESTS: "1", ...process.env };
const vitest = spawn("npx", ["vitest", "run", ...process.argv.slice(2)], { stdio: "inherit", env });
vitest.on("exit", (code) => {
  process.exitCode = code ?? 1;
});
