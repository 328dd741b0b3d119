/** The matrices of a project, each behind those whose values it needs. */
import type { Config } from "../config/config.ts";
import { neededMatrices } from "./matrix-config.ts";

export function matrixOrder({ matrices }: Config): readonly string[] {
  const order = new Set<string>();
  const visit = (name: string): void => {
    const rules = Object.hasOwn(matrices, name) ? matrices[name] : undefined;
    if (rules === undefined || order.has(name)) return;
    for (const needed of neededMatrices(rules)) visit(needed);
    order.add(name);
  };
  for (const name of Object.keys(matrices)) visit(name);
  return [...order];
}
