/** Starts the servers once for a whole test run. */

import type { TestProject } from "vitest/node";
import { startServer } from "./server.ts";

declare module "vitest" {
  export interface ProvidedContext {
    /** The port of the server of each version that the tests run on. */
    readonly serverPorts: Readonly<Record<15 | 18, number>>;
  }
}

export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const started = await Promise.allSettled([startServer(15), startServer(18)]);
  const stop = async (): Promise<void> => {
    await Promise.all(started.map((one) => (one.status === "fulfilled" ? one.value.stop() : undefined)));
  };
  const [old, current] = started;
  if (old.status === "rejected" || current.status === "rejected") {
    await stop();
    throw old.status === "rejected" ? old.reason : current.status === "rejected" ? current.reason : null;
  }
  project.provide("serverPorts", { 15: old.value.port, 18: current.value.port });
  return stop;
}
