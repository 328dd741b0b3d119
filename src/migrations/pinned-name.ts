/** The names by which a pin knows files that are no components. */
import { join, relative, sep } from "node:path";
import type { Config } from "../config/config.ts";

/** The name in a pin of a file that is named from the project's root: its path from components/. */
export function pinnedName(config: Config, fromRoot: string): string {
  return relative(config.componentsFolder, join(config.root, fromRoot)).split(sep).join("/");
}
