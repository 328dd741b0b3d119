/** Runs scripts one after the other, each in a transaction of its own, without waiting for one before the next is sent. */
import { DatabaseError, type Row } from "../database/database.ts";
import { takeTurn, turnStatements, withLockRetries } from "../database/lock.ts";
import { blame, type RunSettings, type ScriptPart, type SentStatement, sentOf } from "./run-script.ts";

/**
 * The server stops at the first error: what came before is applied, the failing script and those behind it are not.
 * `applied` is called for each that is, in order, with the answers to its statements; null where the batch that it was part of failed
 * later on. Throws as `runInTransaction` does. Where the connection is lost, more may be applied than was told.
 */
export async function runPipeline(
  settings: RunSettings,
  parts: readonly ScriptPart[],
  applied: (answers: readonly (readonly Row[])[] | null) => void,
): Promise<void> {
  const { database, ledgerSchema, onWait, scope } = settings;
  let done = 0;
  await withLockRetries(database, settings, async () => {
    await takeTurn(database, ledgerSchema, onWait, scope);
    // One that has to be asked is a pipeline of its own.
    await parts[done]?.check?.();
    const sent = parts.slice(done).map((part, index): readonly SentStatement[] => {
      // The turn is the first one's already.
      const turn = index === 0 ? [] : turnStatements(ledgerSchema, scope);
      const bare = (sql: string): SentStatement => ({ sql, own: null });
      return [...turn.map(bare), ...sentOf(settings, part), bare("commit")];
    });
    const all = sent.flat();
    try {
      const answers = await database.batch(all.map(({ sql }) => sql));
      let start = 0;
      for (const { length } of sent) {
        applied(answers.slice(start, start + length));
        start += length;
      }
      done = parts.length;
    } catch (error) {
      if (error instanceof DatabaseError && !error.connectionLost) {
        let end = 0;
        for (const { length } of sent) {
          end += length;
          if (error.statement < end) break;
          applied(null);
          done++;
        }
      }
      throw blame(error, all, database);
    }
  });
}
