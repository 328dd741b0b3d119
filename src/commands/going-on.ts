/** Two runs at once: the one that waited goes on with what the other left. */
import { RanMeanwhile } from "../migrations/ran-meanwhile.ts";
import { compared, type MigrationsAtTarget } from "./migration-project.ts";

/** Runs `work` again, with the ledger read anew, as often as another run was faster. */
export async function goingOn<T>(
  opened: MigrationsAtTarget,
  work: (at: MigrationsAtTarget) => Promise<T>,
): Promise<T> {
  let at = opened;
  for (;;) {
    try {
      return await work(at);
    } catch (error) {
      if (!(error instanceof RanMeanwhile)) throw error;
      const scripts = opened.statuses.flatMap(({ built }) => built ?? []);
      const now = await compared(opened, scripts, opened.database);
      // Whatever it was, it was no other run.
      if (JSON.stringify(now.ledger) === JSON.stringify(at.ledger)) throw error;
      at = now;
    }
  }
}
