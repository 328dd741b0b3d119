/** Starts the servers once for a whole test run. */
import type { TestProject } from "vitest/node";
import { VERSIONS } from "./binaries.ts";
import { startServer } from "./server.ts";

declare module "vitest" {
  export interface ProvidedContext {
    /** The port of the server of each version that the tests run on. */
    readonly serverPorts: Readonly<Record<number, number>>;
  }
}

export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const started = await Promise.allSettled(VERSIONS.map((version) => startServer(version)));
  const servers = started.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
  const stop = async (): Promise<void> => {
    await Promise.all(servers.map((server) => server.stop()));
  };
  const failed = started.find((one) => one.status === "rejected");
  if (failed !== undefined) {
    await stop();
    throw failed.reason;
  }
  project.provide("serverPorts", Object.fromEntries(servers.map(({ version, port }) => [version, port])));
  return stop;
}
