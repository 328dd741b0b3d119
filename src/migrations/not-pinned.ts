/** A pinned script asks for what its pin does not hold. */
import { MigratorError } from "../../graph/diagnostic.ts";
import type { Config } from "../config/config.ts";
import { type Migration, namesIn } from "./migration.ts";

export function notPinned(what: string, config: Config, migration: Migration): MigratorError {
  return new MigratorError([
    {
      code: "pin",
      message: `the script asks for ${what}, and the migration is not pinned to it`,
      fix: `run migrator migration pin ${namesIn(config).migration(migration)} again if it is not applied anywhere, else bring the script back as it was`,
    },
  ]);
}
