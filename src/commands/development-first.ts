/** Which values a watch looks at first: the development value of each matrix, by its name in migrator.json, else its first one. */
import type { Config } from "../config/config.ts";
import type { MatrixScope } from "../tenants/scope.ts";

export interface InTurn {
  /** All development values, due or not. */
  readonly development: ReadonlySet<MatrixScope>;
  readonly first: readonly MatrixScope[];
  readonly others: readonly MatrixScope[];
}

/** Splits `due`, in its order. `chosen`: all values that the watch is for. */
export function developmentFirst(
  { matrices }: Config,
  chosen: readonly MatrixScope[],
  due: readonly MatrixScope[],
  note: (message: string) => void,
): InTurn {
  const development = new Set<MatrixScope>();
  for (const matrix of new Set(chosen.map((scope) => scope.matrix))) {
    const all = chosen.filter((scope) => scope.matrix === matrix);
    const wanted = matrices[matrix]?.development ?? null;
    const found = all.find(({ key }) => key === wanted) ?? all[0];
    if (wanted !== null && found !== undefined && found.key !== wanted)
      note(
        `${matrix} has no value ${JSON.stringify(wanted)} here: ${JSON.stringify(found.key)} is looked at first`,
      );
    if (found !== undefined) development.add(found);
  }
  return {
    development,
    first: due.filter((scope) => development.has(scope)),
    others: due.filter((scope) => !development.has(scope)),
  };
}
