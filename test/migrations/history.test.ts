/**
 * A project that grows by a seeded generator: components change, migrations are written, pinned and come in late from
 * branches. What is pinned builds to the same bytes for ever, and all of it leads to what the components say.
 */
import { cpSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { differences } from "../../src/snapshot/differences.ts";
import { takeSnapshot } from "../../src/snapshot/snapshot.ts";
import { type Random, seededRandom } from "../property/random.ts";
import { type FreshDatabase, freshDatabase, serverUrl } from "../servers/database.ts";
import {
  type Area,
  areaComponents,
  areaTable,
  changeArea,
  firstArea,
  sharedMacros,
  variables,
} from "./support/areas.ts";
import { MigrationsProject, type ProjectSettings } from "./support/project.ts";
import { applyPending, pinnedBuilds } from "./support/targets.ts";

const large = process.env.MIGRATOR_LARGE_TESTS === "1";
const size = large ? { migrations: 300, areas: 20 } : { migrations: 40, areas: 3 };
const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31));
if (!large) console.log("40 migrations of 30 components; 300 of 200 with MIGRATOR_LARGE_TESTS=1");

/** Another checkout of the project as it was, in which somebody changes an area that nobody else touches meanwhile. */
interface Branch {
  readonly area: number;
  readonly project: MigrationsProject;
  /** The migrations that it had. */
  readonly known: ReadonlySet<string>;
  readonly changed: Area;
  /** How many migrations it stays behind. */
  left: number;
}

const versions = large ? ([15, 18] as const) : ([18] as const);
if (!large) console.log("on 18 alone; on 15 too with MIGRATOR_LARGE_TESTS=1");

test.each(versions)("a long history on %s", { timeout: large ? 14_400_000 : 300_000 }, async (version) => {
  const settings: ProjectSettings = { searchPath: ["public"], variables, shadow: serverUrl(version) };
  console.log(`SEED=${seed}`);
  const [team, fresh, live] = [
    await freshDatabase(version),
    await freshDatabase(version),
    await freshDatabase(version),
  ];
  const times: number[] = [];
  let late = 0;
  try {
    const project = new MigrationsProject({
      ...settings,
      targets: { live: { url: live.url } },
    });
    const random = seededRandom(seed);
    let areas = Array.from({ length: size.areas }, (_, index) => firstArea(index + 1));
    const builds = new Map<string, string>();
    const check = async () => {
      const now = await pinnedBuilds(project.folder);
      for (const [script, text] of builds) expect(now.get(script), `${script}, SEED=${seed}`).toBe(text);
      for (const [script, text] of now) builds.set(script, text);
    };
    project.writeMigration(
      "tables",
      `${areas.map(areaTable).join("\n")}create table log (id uuid, what text);\n`,
    );
    project.writeComponents(componentsOf(areas));
    await project.newMigration("components", "--changed");
    await applyPending(project.folder, team);

    let branch: Branch | null = null;
    let checked = 0;
    for (let count = 2; count < size.migrations; ) {
      if (branch !== null && --branch.left === 0) {
        // They come in late: what is newer is applied already.
        await applyPending(project.folder, team);
        const merged = merge(project, branch);
        const { area, changed } = branch;
        branch = null;
        areas = areas.map((one) => (one.number === area ? changed : one));
        project.writeComponents(componentsOf(areas));
        count += merged;
        late += merged;
        await applyPending(project.folder, team);
        expect(await project.newMigration("nothing", "--changed"), `SEED=${seed}`).toBeNull();
        await check();
        continue;
      }
      if (branch === null && random.chance(0.1)) {
        branch = await openBranch(settings, project, areas, random);
        continue;
      }
      const free = areas.filter(({ number }) => number !== branch?.area);
      if (random.chance(0.25)) await writeByHand(project, random, count);
      else {
        const old = random.pick(free);
        const { area, around } = changeArea(old, random);
        areas = areas.map((one) => (one === old ? area : one));
        project.writeComponents(componentsOf(areas));
        const started = performance.now();
        const id = await project.newMigration(
          `m${count}`,
          "--changed",
          ...(around === "" ? [] : ["--around", around]),
        );
        times.push(performance.now() - started);
        if (id === null) continue;
      }
      count++;
      if (count % 5 === 0) await applyPending(project.folder, team);
      if (count < checked + 50) continue;
      checked = count;
      await check();
      console.log(`${count} migrations; the last took ${Math.round(times.at(-1) ?? 0)} ms`);
    }
    await check();
    await project.run("pin", "check");
    await applyPending(project.folder, team);
    await applyPending(project.folder, fresh);
    await project.run("apply", "--target", "live");
    const wanted = await takeSnapshot(live);
    expect(differences(wanted, await takeSnapshot(fresh)), `SEED=${seed}`).toEqual([]);
    expect(differences(wanted, await takeSnapshot(team)), `SEED=${seed}`).toEqual([]);
    project.writeComponents(new Map());
    await check();
    const sorted = times.sort((a, b) => a - b);
    console.log(
      `SEED=${seed}: ${project.migrationIds().length} migrations, ${late} late; migration new takes ${Math.round(sorted[sorted.length >> 1] ?? 0)} ms, at most ${Math.round(sorted.at(-1) ?? 0)} ms`,
    );
    project.writeComponents(componentsOf(areas));
    const flattening = performance.now();
    await project.run("flatten", "--shadow", serverUrl(version));
    console.log(`SEED=${seed}: flatten takes ${Math.round(performance.now() - flattening)} ms`);
  } finally {
    for (const database of [team, fresh, live] as const satisfies readonly FreshDatabase[])
      await database.drop();
  }
});

function componentsOf(areas: readonly Area[]): ReadonlyMap<string, string> {
  return new Map([
    ["_shared.sql.jinja", sharedMacros],
    ...areas.flatMap((area) => [...areaComponents(area)]),
  ]);
}

/** A script with variables, a value that differs each time, a file beside it or none of these. */
async function writeByHand(project: MigrationsProject, random: Random, count: number): Promise<void> {
  if (random.chance(0.3)) {
    project.writeMigration(`plain-${count}`, `create table extra_${count} (id integer primary key);\n`);
    return;
  }
  const id = project.writeMigration(
    `log-${count}`,
    `insert into log values ({{ uuid_v4() }}, {{ currency ~ ' ' ~ factor }});
{% for row in read_csv('./rows.csv') %}insert into log values ({{ uuid_v7() }}, {{ row.what }});
{% endfor %}`,
    { "rows.csv": `what\nfirst ${count}\nit's second\n` },
  );
  await project.run("migration", "pin", id);
}

async function openBranch(
  settings: ProjectSettings,
  main: MigrationsProject,
  areas: readonly Area[],
  random: Random,
): Promise<Branch | null> {
  const project = main.checkout(settings);
  const known = new Set(main.migrationIds());
  const old = random.pick(areas);
  let changed = old;
  for (let i = 0; i < 2; i++) {
    const { area, around } = changeArea(changed, random);
    changed = area;
    project.writeComponents(componentsOf(areas.map((one) => (one === old ? area : one))));
    await project.newMigration(
      `branch-${old.number}`,
      "--changed",
      ...(around === "" ? [] : ["--around", around]),
    );
  }
  // Main goes on later than what the branch has written.
  main.skipDays(4);
  return { area: old.number, project, known, changed, left: 3 + random.below(4) };
}

/** Brings the branch's migrations over with what they are pinned to. Returns how many there are. */
function merge(main: MigrationsProject, { project, known }: Branch): number {
  const made = project.migrationIds().filter((id) => !known.has(id));
  for (const name of [...made, "pinned_components"]) {
    const path = join("migrator", "migrations", name);
    cpSync(join(project.folder, path), join(main.folder, path), { recursive: true });
  }
  return made.length;
}
