/** Runs scripts one after the other, each in a transaction of its own, without waiting for one before the next is sent. */
import { DatabaseError, type Row } from "../database/database.ts";
import { takeTurn, turnOrFail, withLockRetries } from "../database/lock.ts";
import { sharedScope } from "../tenants/scope.ts";
import { blame, type RunSettings, type ScriptPart, type SentStatement, sentOf } from "./run-script.ts";

/** What is under way at once: not so much that a run which is interrupted goes on for long. */
const most = { ahead: 25, bytes: 100_000 };

/**
 * The server stops at the first error: what came before is applied, the failing script and those behind it are not.
 * `applied` is called for each that is, in order, with the answers to its statements. Throws as `runInTransaction` does. Where the
 * connection is lost, more may be applied than was told.
 */
export async function runPipeline(
  settings: RunSettings,
  parts: readonly ScriptPart[],
  applied: (answers: readonly (readonly Row[])[]) => void,
): Promise<void> {
  const { database, ledgerSchema, onWait, scope } = settings;
  let done = 0;
  // Values of matrices are many, and each has few scripts: their turn travels with the first, unless somebody has it.
  let hasty = scope !== undefined && scope !== sharedScope;
  const taken = new Error("somebody else has the turn");
  const attempt = async (): Promise<void> => {
    const hurries = hasty && parts[done]?.check === undefined;
    if (!hurries) await takeTurn(database, ledgerSchema, onWait, scope);
    // One that has to be asked is a pipeline of its own.
    const behind = (await parts[done]?.check?.()) ?? [];
    const sent = parts.slice(done).map((part, index): readonly SentStatement[] => {
      const bare = (sql: string): SentStatement => ({ sql, own: null });
      // The turn is the first one's already.
      const whole = sentOf(
        settings,
        index > 0 ? part : { ...part, after: [...behind, ...part.after] },
        index > 0,
      );
      const opening =
        index > 0 ? ["begin"] : hurries ? ["begin", turnOrFail(ledgerSchema, scope ?? sharedScope)] : [];
      return [...opening.map(bare), ...whole, bare("commit")];
    });
    const all = sent.flat();
    const answered = (answers: readonly (readonly Row[])[]): void => {
      done++;
      applied(answers);
    };
    try {
      const lengths = sent.map(({ length }) => length);
      await database.batch(
        all.map(({ sql }) => sql),
        { ...most, lengths, answered },
      );
    } catch (error) {
      const early = hurries && error instanceof DatabaseError && error.statement === 1;
      if (early && error.sqlstate === divisionByZero) throw taken;
      throw blame(error, all, database);
    }
  };
  await withLockRetries(database, settings, async () => {
    try {
      await attempt();
    } catch (error) {
      if (error !== taken) throw error;
      hasty = false;
      await database.batch(["rollback"]);
      await attempt();
    }
  });
}

const divisionByZero = "22012";
