/** --carry-unmanaged: what strangers made on a migrated target is the same, by every catalog, as if they made it behind the migration. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { differences } from "../../../src/snapshot/differences.ts";
import { takeSnapshot } from "../../../src/snapshot/snapshot.ts";
import { runScript } from "../../cases/support/sync-texts.ts";
import { runCli } from "../../cli/support/run-cli.ts";
import { type FreshDatabase, freshDatabase, resetDatabase, serverUrl } from "../../servers/database.ts";
import { MigrationsProject } from "../support/project.ts";
import { applyPending } from "../support/targets.ts";
import { refusedCases, type StrangerCase, strangerCases } from "./strangers.ts";

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
        target: { url: target.url, components: "migrated", allow: [] },
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

  for (const one of refusedCases.filter(({ name }) => wanted === undefined || name.includes(wanted))) {
    test(`${one.name} is told by name, and nothing is changed`, async () => {
      const project = await start(one);
      const before = await takeSnapshot(target);
      for (const options of [["--dry-run"], []]) {
        const ran = await runCli(project.folder, [
          "apply",
          "--target",
          "target",
          "--carry-unmanaged",
          ...options,
        ]);
        // A rehearsal names the cost, and asks for nothing.
        if (ran.code === 0) expect(options).toEqual(["--dry-run"]);
        else for (const text of one.says) expect(ran.stderr).toContain(text);
      }
      expect(differences(before, await takeSnapshot(target))).toEqual([]);
      const [row] = await target.query("select count(*) as n from migrator.migration");
      expect(row).toEqual({ n: "2" });
    });
  }
});

test("in the embedded database", async () => {
  const [one] = strangerCases.filter(({ name }) => name.startsWith("a view with everything"));
  if (one === undefined) throw new Error("the case is gone");
  const target = await freshDatabase("embedded");
  const built = await freshDatabase("embedded");
  try {
    const project = new MigrationsProject({ searchPath: ["public"], shadow: "embedded" });
    project.writeMigration("base", one.base);
    project.writeComponents(new Map(Object.entries(one.before)));
    await project.newMigration("before", "--changed");
    await applyPending(project.folder, target);
    await runScript(target, one.strangers);
    project.writeComponents(new Map(Object.entries(one.after)));
    await project.newMigration("after", "--changed");
    const before = await takeSnapshot(target);
    await expect(applyPending(project.folder, target)).rejects.toThrow("does not know");
    expect(differences(before, await takeSnapshot(target))).toEqual([]);
    await applyPending(project.folder, target, { allow: new Set(), carried: new Map() });
    await applyPending(project.folder, built);
    await runScript(built, one.strangers);
    expect(differences(await takeSnapshot(built), await takeSnapshot(target))).toEqual([]);
  } finally {
    await target.drop();
    await built.drop();
  }
});
