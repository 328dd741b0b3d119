/** What a generated block expects to hang on the objects that it makes anew or drops: `block.json` beside the scripts. */
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Diagnostic, MigratorError } from "../../graph/diagnostic.ts";
import { describeIdentity, type Identity, identityKey } from "../../graph/identity.ts";
import type { Config } from "../config/config.ts";
import type { Database } from "../database/database.ts";
import { shownPath } from "../project/scan.ts";
import { type Hanging, readHanging, unexpected } from "./hanging.ts";
import type { Migration, Script } from "./migration.ts";

export interface Expectation extends Hanging {
  readonly identity: Identity;
}

export type Expectations = Readonly<Record<Script["direction"], readonly Expectation[]>>;

const fileName = "block.json";

/** Both empty where there is no such file. Throws a MigratorError for one that cannot be read. */
export function readExpectations(config: Config, { folder }: Pick<Migration, "folder">): Expectations {
  const path = join(folder, fileName);
  if (!existsSync(path)) return { up: [], down: [] };
  try {
    // Written by `writeExpectations`, which this version or an older one did.
    const { up, down } = JSON.parse(readFileSync(path, "utf8")) as Expectations;
    if (Array.isArray(up) && Array.isArray(down)) return { up, down };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw new MigratorError([
    {
      code: "migration",
      message: "what the generated block expects cannot be read",
      file: shownPath(config, path),
      fix: "run migrator migration refresh, or bring the file back from version control",
    },
  ]);
}

export function writeExpectations(folder: string, expectations: Expectations): void {
  const path = join(folder, fileName);
  if (expectations.up.length + expectations.down.length === 0) rmSync(path, { force: true });
  else writeFileSync(path, `${JSON.stringify(expectations, null, 2)}\n`);
}

/**
 * Throws a MigratorError that lists what a block would lose or meet. In the transaction in which it is to run. `carriable`: it could
 * be taken along.
 */
export async function requireExpected(
  database: Database,
  id: string,
  expected: readonly Expectation[],
  carriable: boolean,
): Promise<void> {
  const found = await readHanging(
    database,
    expected.map(({ identity }) => identity),
  );
  const lines = expected.flatMap((one) => {
    const now = found.get(identityKey(one.identity));
    return now === undefined ? [] : unexpected(describeIdentity(one.identity), one, now);
  });
  if (lines.length === 0) return;
  const problem: Diagnostic = {
    code: "migration-state",
    message: `migration ${id}: the database has what its generated block does not know`,
    detail: lines.join("\n"),
    fix: `${carriable ? "take it along with --carry-unmanaged; or drop it" : "drop it"}, or bring it into a migration or component and run migrator migration refresh`,
  };
  throw new MigratorError([problem]);
}
