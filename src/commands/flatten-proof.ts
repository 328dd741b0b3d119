/** Whether a baseline leads to what the migrations lead to, by every catalog; for values of a matrix, too. */
import { MigratorError } from "../../graph/diagnostic.ts";
import { hostileScope } from "../flatten/marked-scope.ts";
import type { Migration } from "../migrations/migration.ts";
import type { Wanted } from "../snapshot/differences.ts";
import { stateDifferences, type WholeState, wholeState } from "../snapshot/whole-state.ts";
import type { FlattenShadow } from "./flatten-shadow.ts";
import { type Flattened, type Flattening, replayed, type Work } from "./flatten-state.ts";

/** The values of sequences, and what only rows that are not there any more explain. */
const counts: Wanted = (_object, fact) => !/pg_attribute\.(atthasmissing|attmissingval)$/.test(fact);

export function differing(wanted: WholeState, found: WholeState): readonly string[] {
  const still = ({ snapshot, others }: WholeState): WholeState => ({
    snapshot,
    others: others.filter((line) => !line.startsWith("reached: ")),
  });
  return stateDifferences(still(wanted), still(found), counts);
}

/** The part for real values, and for one whose texts are hostile, against the parts that it stands for. */
export async function tryValues(
  trying: Flattening,
  { flattening }: Work,
  sharedFirst: readonly Migration[],
  part: Migration,
  { matrix, marked, real }: Flattened,
): Promise<void> {
  const { opened, parts } = flattening;
  const { config } = opened.project;
  for (const scope of [...real, hostileScope(marked, config)]) {
    const shadows: FlattenShadow[] = [];
    try {
      let old: FlattenShadow;
      try {
        old = await replayed(flattening, shadows, parts, scope);
      } catch (error) {
        // What the migrations themselves cannot do is not the baseline's to do.
        if (!(error instanceof MigratorError) || real.includes(scope)) throw error;
        flattening.warnings.add(
          `${matrix}: the parts do not take a value with quotes in its texts: ${error.message}`,
        );
        continue;
      }
      const made = await replayed(trying, shadows, [...sharedFirst, part], scope);
      const lines = differing(
        await wholeState(old.database, config.ledgerSchema, []),
        await wholeState(made.database, config.ledgerSchema, []),
      );
      if (lines.length > 0) throw unequal(part, lines, scope.name);
    } finally {
      for (const shadow of shadows) await shadow.close();
    }
  }
}

export function unequal({ up }: Migration, lines: readonly string[], whose?: string): MigratorError {
  return new MigratorError([
    {
      code: "migration-state",
      message: `the baseline ${up.fileName} would not lead to what the migrations lead to${whose === undefined ? "" : `, for ${whose}`}; nothing was written`,
      detail: lines.slice(0, 40).join("\n"),
      fix: "flatten up to an earlier migration with --to, or tell us of what is not kept",
    },
  ]);
}
