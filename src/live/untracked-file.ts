/** Where the list of the components stands that the tool leaves alone. */
import { dirname, join } from "node:path";
import type { Config } from "../config/config.ts";

/** Beside the components, so that it is committed with them. */
export function untrackedFile(config: Config): string {
  return join(dirname(config.componentsFolder), "untracked");
}
