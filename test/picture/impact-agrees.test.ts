/**
 * What the page says of a change is what the planner does with it: each object of a real schema, each change, each column. A rehearsal
 * is the judge. With CORPORA=all every schema.
 */
import { describe, expect, test } from "vitest";
import { corpusNames, readCorpus } from "../../bench/schemas/corpus.ts";
import { missingReason, sharedFolder } from "../../bench/schemas/shared-folder.ts";
import { subjectKey } from "../../graph/bystander.ts";
import { MigratorError } from "../../graph/diagnostic.ts";
import { impactOf } from "../../graph/picture/impact.ts";
import type { PageData } from "../../graph/picture/page-data.ts";
import { type ChangeKind, changeKinds, type Effect, type Fate } from "../../graph/picture/what-if.ts";
import type { StepKind } from "../../graph/step.ts";
import { runScript, syncTexts } from "../cases/support/sync-texts.ts";
import { useServer } from "../cli/support/project.ts";
import { readPage } from "./read-page.ts";
import { changesToTry, type TriedChange } from "./try-changes.ts";

const server = useServer();
const folder = sharedFolder("corpora");
if (folder === null) console.log(`impacts are not compared with plans: ${missingReason("corpora")}`);

/** From the mildest on. */
const order: readonly Fate[] = ["untouched", "rebound", "replaced", "renamed", "recreated"];

const fates: Readonly<Record<StepKind, Fate>> = {
  create: "recreated",
  replace: "replaced",
  "rename-column": "renamed",
  alter: "untouched",
  recreate: "recreated",
  rebind: "rebound",
  detach: "rebound",
  drop: "recreated",
  // A trigger or rule that went with its relation.
  restore: "recreated",
  refresh: "untouched",
};

describe.skipIf(folder === null).each(process.env.CORPORA === "all" ? corpusNames : ["pagila" as const])(
  "%s",
  (name) => {
    test("the answers of the page are the planner's", { timeout: 1_800_000 }, async () => {
      const schema = readCorpus(folder ?? "", name);
      await runScript(server.database(), schema.base);
      const options = { searchPath: schema.searchPath, project: "app" };
      const synced = await syncTexts(server.database(), schema.components, options);
      const project = server.project(Object.fromEntries(schema.components), {
        searchPath: schema.searchPath,
      });
      const { data } = readPage((await project.run("graph", "--format", "html")).stdout);
      const count = { certain: 0, perhaps: 0, refused: 0, unfit: 0, captured: 0 };
      const planned: Partial<Record<ChangeKind, number>> = {};
      const wrong: string[] = [];
      const built = { database: server.database(), schema, synced };
      for await (const tried of changesToTry(built, data)) {
        const told = impactOf(data, tried.node, tried.change);
        const done = await rehearse(tried);
        const blames = (fate: Fate | null) => fate === "edited" || fate === "refused";
        const blamed = told.filter(({ fate, perhaps }) => blames(fate) || blames(perhaps));
        if (done.kind === "refused") {
          // What does not fit the new type or name is the edit's own affair; what lacks a column is told ahead.
          const takes = tried.change.kind === "rename" || tried.change.kind === "remove";
          const missing = takes && done.message.includes("does not exist");
          if (blamed.length > 0) count.refused++;
          else if (missing) wrong.push(`${describeChange(data, tried)}: refused: ${done.message}`);
          else count.unfit++;
          continue;
        }
        planned[tried.change.kind] = (planned[tried.change.kind] ?? 0) + 1;
        // PostgreSQL takes an unqualified name that finds a column of a query further out.
        if (tried.change.kind === "remove" && told.some(({ fate }) => blames(fate))) count.captured++;
        for (const [node, effect] of everyNode(data, told)) {
          const real = done.fates.get(data.nodes[node]?.key ?? "") ?? "untouched";
          if (effect.perhaps === null) count.certain++;
          else count.perhaps++;
          if (!agrees(effect, real))
            wrong.push(
              `${describeChange(data, tried)}: ${data.nodes[node]?.label} is told ${effect.fate}${effect.perhaps === null ? "" : ` or ${effect.perhaps}`}, and is ${real}`,
            );
        }
      }
      console.log(`${name}: ${JSON.stringify({ ...count, planned })}`);
      expect(wrong).toEqual([]);
      const offered = new Set(data.nodes.flatMap(changeKinds));
      const untried = [...offered].filter((kind) => planned[kind] === undefined);
      // Arguments are renamed by a prefix that only pagila's have.
      expect(untried.filter((kind) => name === "pagila" || kind !== "arguments")).toEqual([]);
      expect(count.certain).toBeGreaterThan(1000);
      expect(count.captured).toBeLessThan(5);
      // An answer that is nearly always `perhaps` would agree with everything.
      expect(count.perhaps).toBeLessThan(count.certain / 10);

      async function rehearse({ components, around }: TriedChange) {
        try {
          const rehearsal = { ...options, rehearsal: true, ...(around === undefined ? {} : { around }) };
          const { result } = await syncTexts(server.database(), components, rehearsal);
          const found = new Map<string, Fate>();
          for (const step of result.steps) {
            if (step.auxiliary === true) continue;
            const key = subjectKey(step.identity);
            const worse = order.indexOf(fates[step.kind]) > order.indexOf(found.get(key) ?? "untouched");
            if (worse) found.set(key, fates[step.kind]);
          }
          return { kind: "planned", fates: found } as const;
        } catch (error) {
          if (!(error instanceof MigratorError)) throw error;
          return { kind: "refused", message: error.message } as const;
        }
      }
    });
  },
);

/** Tables are left out: what they hold is bound anew without being objects. */
function everyNode(data: PageData, told: readonly Effect[]): readonly (readonly [number, Effect])[] {
  const effects = new Map(told.map((effect) => [effect.node, effect]));
  return data.nodes.flatMap(({ kind }, node) => {
    const nothing: Effect = { node, fate: "untouched", perhaps: null, why: "" };
    return kind === "table" ? [] : [[node, effects.get(node) ?? nothing] as const];
  });
}

function agrees({ fate, perhaps }: Effect, real: Fate): boolean {
  // Its file was edited with the change: then it means what it meant, or is replaced.
  const edited = fate === "edited" || perhaps === "edited" ? order.indexOf("replaced") : 0;
  const least = fate === "edited" ? 0 : order.indexOf(fate);
  const most = Math.max(least, edited, order.indexOf(perhaps ?? fate));
  return order.indexOf(real) >= least && order.indexOf(real) <= most;
}

function describeChange(data: PageData, { node, change }: TriedChange): string {
  const { label, columns } = data.nodes[node] ?? { label: "", columns: [] };
  const column = "column" in change ? ` column "${columns[change.column]?.name}"` : "";
  return `${change.kind} of ${label}${column}`;
}
