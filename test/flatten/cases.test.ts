/** The histories of test/migrations, each flattened: the command itself proves that the baseline leads to the same, or refuses. */
import { join } from "node:path";
import { expect, test } from "vitest";
import { runCli } from "../cli/support/run-cli.ts";
import { readMigrationCases } from "../migrations/support/case-folder.ts";
import { MigrationsProject } from "../migrations/support/project.ts";
import { seededRandom } from "../property/random.ts";
import { serverUrl } from "../servers/database.ts";

const cases = readMigrationCases(join(import.meta.dirname, "../migrations/cases"));
const large = process.env.MIGRATOR_LARGE_TESTS === "1";
const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31));
const some = 10;
if (!large)
  console.log(`${some} of ${cases.length} histories, SEED=${seed}; all with MIGRATOR_LARGE_TESTS=1`);
const random = seededRandom(seed);
const chosen = large ? cases : Array.from({ length: some }, () => random.pick(cases));

test.each([...new Set(chosen)].map((one) => [one.name, one] as const))(
  "%s",
  async (_, { settings, base, before, after, around }) => {
    const shadow = serverUrl(18);
    const configuration = {
      searchPath: settings.searchPath ?? ["public"],
      variables: settings.variables ?? {},
      shadow,
    };
    const project = new MigrationsProject(configuration);
    project.writeMigration("base", base);
    project.writeComponents(before);
    await project.newMigration("before", "--changed");
    project.writeComponents(after);
    project.configure({
      ...configuration,
      variables: settings.variablesAfter ?? settings.variables ?? {},
    });
    await project.newMigration("after", "--changed", ...(around === "" ? [] : ["--around", around]));
    const ran = await runCli(project.folder, ["flatten", "--shadow", shadow], {});
    expect([ran.code, ran.stdout], ran.stderr).toEqual([
      0,
      expect.stringContaining("lead to the same catalogs"),
    ]);
    expect(project.migrationIds().filter((id) => !id.endsWith("-baseline"))).toEqual([]);
  },
  60_000,
);
