/** Runs one case on one database and gives back its plan as text; every promise on the way is checked. */
import { describeSubject, isBystander } from "../../../graph/bystander.ts";
import { expect } from "vitest";
import { MigratorError } from "../../../graph/diagnostic.ts";
import type { Database } from "../../../src/database/database.ts";
import type { SyncResult } from "../../../src/live/sync.ts";
import type { Case } from "./case-folder.ts";
import { catalogState } from "./catalog-state.ts";
import { runScript, type SyncTexts, syncTexts } from "./sync-texts.ts";

/** `empty` brings the database back to nothing between the case and the build from nothing; `online`: the change goes the way of --online. */
export async function runCase(test: Case, database: Database, empty: () => Promise<void>, online = false): Promise<string> {
  const options: SyncTexts = {
    ...(test.settings.searchPath === undefined ? {} : { searchPath: test.settings.searchPath }),
    ...(test.settings.takeFiles === undefined ? {} : { takeFiles: test.settings.takeFiles }),
  };
  await runScript(database, test.base);
  if (test.before.size > 0) await syncTexts(database, test.before, options);
  await runScript(database, test.between);
  const kept = await rowsOf(database, test.kept);
  const { refresh, fill } = test.settings;
  const changing: SyncTexts = {
    ...options,
    ...(test.around === "" ? {} : { around: test.around }),
    ...(refresh === undefined ? {} : { refresh }),
    ...(fill === undefined ? {} : { fill }),
    online,
  };
  const everything = await wholeCatalog(database);

  let planned: SyncResult;
  try {
    planned = (await syncTexts(database, test.after, { ...changing, rehearsal: true })).result;
  } catch (error) {
    if (!(error instanceof MigratorError)) throw error;
    expect(await wholeCatalog(database), "a refused plan changes nothing").toEqual(everything);
    await expect(syncTexts(database, test.after, changing)).rejects.toThrow(error.message);
    expect(await wholeCatalog(database), "a refused sync changes nothing").toEqual(everything);
    return describeError(error);
  }
  expect(await wholeCatalog(database), "a rehearsal changes nothing").toEqual(everything);

  const { desired, result } = await syncTexts(database, test.after, changing);
  const plan = describePlan(result);
  expect(plan, "the sync does what was planned").toBe(describePlan(planned));
  expect(await leftBehind(database), "nothing is left under a scratch name").toEqual([]);
  expect(await rowsOf(database, test.kept), "kept").toEqual(kept);
  const checked = await rowsOf(database, test.check);

  if (test.settings.noFixpoint === undefined) {
    const second = await syncTexts(database, test.after, options);
    expect(describePlan(second.result), "a second sync plans nothing").toBe("nothing to do\n");
  }
  if (test.settings.noRebuild === undefined) {
    const state = await catalogState(database, desired);
    await empty();
    await runScript(database, test.base);
    await runScript(database, test.around);
    await syncTexts(database, test.after, options);
    expect(state, "the result equals a build from nothing").toEqual(await catalogState(database, desired));
  }
  return checked.length === 0 ? plan : `${plan}\n${checked.map((rows) => rows.map((row) => `${row}\n`).join("")).join("\n")}`;
}

export function describePlan(result: SyncResult): string {
  const steps = result.steps.filter((step) => step.auxiliary !== true);
  const lines = steps.map((step) => {
    const unmanaged = step.component === null && !isBystander(step.identity) ? " (unmanaged)" : "";
    return `${step.kind} ${describeSubject(step.identity)}${unmanaged}: ${step.reason}`;
  });
  const costs = result.costs.map((cost) => `cost: ${cost.kind} ${describeSubject(cost.relation)}`);
  const all = [...lines, ...costs, ...result.warnings.map((warning) => `warning: ${warning}`)];
  return all.length === 0 ? "nothing to do\n" : `${all.join("\n")}\n`;
}

function describeError(error: MigratorError): string {
  return error.diagnostics
    .map((one) => {
      const place = [one.file, one.line, one.column].filter((part) => part !== undefined).join(":");
      return [`error ${one.code}: ${one.message}`, place === "" ? [] : `  at ${place}`, one.fix === undefined ? [] : `  fix: ${one.fix}`].flat().join("\n");
    })
    .join("\n")
    .concat("\n");
}

async function rowsOf(database: Database, script: string): Promise<readonly (readonly string[])[]> {
  const queries = script.split(/;\s*$/m).map((query) => query.trim()).filter((query) => query !== "");
  if (queries.length === 0) return [];
  return (await database.batch(queries)).map((rows) => rows.map((row) => JSON.stringify(row)));
}

async function leftBehind(database: Database): Promise<readonly unknown[]> {
  return database.query(
    `select relname::text as name from pg_catalog.pg_class where relname like '\\_\\_migrator%'
     union all select proname from pg_catalog.pg_proc where proname like '\\_\\_migrator%'`,
  );
}

/** The rows of the catalogs that hold objects: whoever changed anything, on purpose or not, shows here. */
async function wholeCatalog(database: Database): Promise<unknown> {
  const catalogs = ["pg_class", "pg_attribute", "pg_proc", "pg_rewrite", "pg_trigger", "pg_policy", "pg_description", "pg_depend"];
  const sums = catalogs.map((catalog) => {
    const filter = catalog === "pg_class" ? " where relkind in ('v', 'm', 'r', 'i')" : "";
    const columns = catalog === "pg_class" ? "oid, relname, relnamespace, reltype, relowner, relkind, relacl::text, reloptions::text" : "c.*";
    return `select '${catalog}' as catalog, count(*)::int as rows, md5(string_agg(t, '|' order by t)) as sum
      from (select row(${columns})::text as t from pg_catalog.${catalog} c${filter}) x`;
  });
  const [rows] = await database.batch([`${sums.join(" union all ")} order by 1`]);
  return rows;
}
