/** Brings values along behind `tenant add`: what is pending of their parts of migrations, and on a live target their components. */
import { existsSync } from "node:fs";
import { namesIn } from "../migrations/migration.ts";
import { formatStages, type StagesReport, stagesJson } from "../report/stages.ts";
import type { MatrixScope } from "../tenants/scope.ts";
import { applyStages } from "./apply-stages.ts";
import type { CommandContext, CommonOptions } from "./context.ts";
import { withMigrations } from "./migration-project.ts";
import { runSync } from "./run-sync.ts";
import type { Bring } from "./tenant-add.ts";

export interface BringOptions extends CommonOptions {
  readonly yes?: boolean;
}

/** What runs once is left alone: parts behind one that is pending wait for `migrator apply`. */
export function bringScopes(context: CommandContext, options: BringOptions): Bring {
  const { output } = context;
  return async (scopes) => {
    const only = scopes.map(({ key }) => key);
    const chosen = { ...options, only };
    const { report, live } = await withMigrations(context, chosen, async (opened) => {
      const result = await applyStages(context, chosen, opened, {
        events: { scopeEnded: () => {} },
        matrix: scopes[0]?.matrix,
      });
      const { target } = opened.project;
      const description = opened.database.description;
      return {
        report: {
          ...result,
          rehearsal: false,
          database: description,
          names: namesIn(opened.project.config),
        } satisfies StagesReport,
        live:
          (target.kind === "embedded" || target.components === "live") &&
          existsSync(opened.project.config.componentsFolder),
      };
    });
    const failed = report.failed.flatMap(({ diagnostics }) => diagnostics);
    const text = formatStages(report, output.style, output.elapsed());
    const json = { ...stagesJson(report), errors: failed };
    if (failed.length > 0) {
      output.fail(failed, context.folder);
      return { exitCode: 1, text, json };
    }
    if (live) {
      const quiet = { ...context, output: { ...output, json: false, result: () => {}, say: output.note } };
      for (const matrix of new Set(scopes.map((scope: MatrixScope) => scope.matrix)))
        await runSync(quiet, { ...chosen, scope: matrix }, { command: "sync", rehearsal: false, paths: [] });
    }
    return { exitCode: 0, text, json };
  };
}
