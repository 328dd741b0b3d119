/** Another run applied the same migration first: nothing of it ran here. */
import { MigratorError } from "../../graph/diagnostic.ts";

export class RanMeanwhile extends MigratorError {
  constructor(name: string) {
    super([
      {
        code: "migration-state",
        message: `migration ${name} was applied by another run in the meantime`,
        fix: "run the command again",
      },
    ]);
    this.name = "RanMeanwhile";
  }
}
