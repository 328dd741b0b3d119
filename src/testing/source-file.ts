/** The file that gives the values of a matrix, by its absolute path. */
import { resolve } from "node:path";
import type { Config } from "../config/config.ts";
import type { MatrixConfig } from "../tenants/matrix-config.ts";

export function fileOfSource({ root }: Config, { source }: MatrixConfig): readonly string[] {
  return source.kind === "file" ? [resolve(root, source.file)] : [];
}
