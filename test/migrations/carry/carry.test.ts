/** --carry-unmanaged: what strangers made on a migrated target is the same, by every catalog, as if they made it behind the migration. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { differences } from "../../../src/snapshot/differences.ts";
import { takeSnapshot } from "../../../src/snapshot/snapshot.ts";
import { runScript } from "../../cases/support/sync-texts.ts";
import { runCli } from "../../cli/support/run-cli.ts";
import { type FreshDatabase, freshDatabase, resetDatabase, serverUrl } from "../../servers/database.ts";
import { MigrationsProject } from "../support/project.ts";
import { type StrangerCase, strangerCases } from "./strangers.ts";

const wanted = process.env.CASE;
const cases = strangerCases.filter(({ name }) => wanted === undefined || name.includes(wanted));

describe.each([15, 18] as const)("on %s", (where) => {
  let target: FreshDatabase;
  let built: FreshDatabase;
  beforeAll(async () => {
    target = await freshDatabase(where);
    built = await freshDatabase(where);
  });
  afterAll(async () => {
    await target.drop();
    await built.drop();
  });

  async function start(one: Omit<StrangerCase, "name">): Promise<MigrationsProject> {
    await resetDatabase(target);
    await resetDatabase(built);
    const project = new MigrationsProject({
      searchPath: ["public"],
      targets: {
        target: { url: target.url, components: "migrated" },
        built: { url: built.url, components: "migrated" },
      },
      shadow: serverUrl(where),
    });
    project.writeMigration("base", one.base);
    project.writeComponents(new Map(Object.entries(one.before)));
    await project.newMigration("before", "--changed");
    await project.run("apply", "--target", "target");
    await runScript(target, one.strangers);
    project.writeComponents(new Map(Object.entries(one.after)));
    const around = one.around === undefined ? [] : ["--around", one.around];
    await project.newMigration("after", "--changed", ...around);
    return project;
  }

  for (const one of cases) {
    const reason = one.notOn?.[String(where)];
    if (reason !== undefined) console.log(`${one.name} is not run on ${where}: ${reason}`);
    test.skipIf(reason !== undefined)(one.name, async () => {
      const project = await start(one);
      const before = await takeSnapshot(target);
      const refused = await runCli(project.folder, ["apply", "--target", "target"]);
      expect(refused.code, "without the option the block stops").toBe(1);
      expect(differences(before, await takeSnapshot(target)), "and nothing is changed").toEqual([]);
      const options = ["--carry-unmanaged", ...(one.allow === undefined ? [] : ["--allow", one.allow])];
      const rehearsed = await project.run("apply", "--target", "target", "--dry-run", ...options);
      expect(rehearsed).toContain("carried");
      expect(differences(before, await takeSnapshot(target)), "a rehearsal changes nothing").toEqual([]);
      await project.run("apply", "--target", "target", ...options);
      const after = await takeSnapshot(target);

      await project.run("apply", "--target", "built");
      await runScript(built, one.strangers);
      expect(differences(await takeSnapshot(built), after), "as if made behind the migration").toEqual([]);

      await project.run("migration", "revert", "--target", "target", ...options);
      expect(differences(before, await takeSnapshot(target)), "the way back carries too").toEqual([]);
    });
  }
});
