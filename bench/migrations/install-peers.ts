/** Installs the peers below bench/out/, each by itself: they are no part of the package, and one that cannot be had is left out. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Peer, peers } from "./peers.ts";

const folder = join(import.meta.dirname, "..", "out", "peers");

/** Those that are there. Told: why another one is not. */
export function installPeers(): readonly Peer[] {
  return peers("").flatMap(({ package: name, version }): readonly Peer[] => {
    const own = join(folder, `${name}-${version}`);
    const modules = join(own, "node_modules");
    if (!existsSync(join(own, "installed"))) {
      rmSync(own, { recursive: true, force: true });
      mkdirSync(own, { recursive: true });
      writeFileSync(join(own, "package.json"), '{ "private": true }\n');
      const args = ["install", "--no-audit", "--no-fund", "--save-exact", `${name}@${version}`, driver()];
      const npm = spawnSync("npm", args, { cwd: own, encoding: "utf8", shell: process.platform === "win32" });
      if (npm.status !== 0) {
        console.log(
          `${name} ${version} cannot be installed and is left out: ${npm.error?.message ?? npm.stderr}`,
        );
        return [];
      }
      writeFileSync(join(own, "installed"), "");
    }
    return peers(modules).filter((peer) => peer.package === name);
  });
}

/** The driver of the same version for all that use it. */
function driver(): string {
  const text = readFileSync(join(import.meta.dirname, "..", "..", "package.json"), "utf8");
  const { dependencies } = JSON.parse(text) as { readonly dependencies: Readonly<Record<string, string>> };
  return `pg@${dependencies.pg}`;
}
