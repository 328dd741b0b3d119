/** `rebuild SCHEMA`: drops an idempotent schema and builds it whole. */
import { MigratorError } from "../../graph/diagnostic.ts";
import { suggestWord } from "../config/nearest.ts";
import { idempotentSchemas } from "../live/idempotent-schemas.ts";
import { planJson } from "../report/plan-report.ts";
import { formatPlan } from "../report/plan-text.ts";
import { allowedCosts } from "./allowed-costs.ts";
import { withProject } from "./component-project.ts";
import type { CommandContext, CommonOptions } from "./context.ts";
import { printSql } from "./print-sql.ts";
import { rebuildSchema } from "./rebuild-schema.ts";
import { requireLive } from "./run-sync.ts";
import { takesFiles } from "./sync-settings.ts";

export interface RebuildOptions extends CommonOptions {
  readonly plan?: boolean;
  readonly sql?: boolean;
  readonly take?: string;
  readonly allow?: readonly string[];
}

export async function rebuild(
  context: CommandContext,
  options: RebuildOptions,
  schema: string,
): Promise<number> {
  const { output } = context;
  const started = performance.now();
  return withProject(context, options, async (opened) => {
    requireLive(opened.project, { command: "sync", rehearsal: false, paths: [] });
    const takeFiles = takesFiles(options.take);
    const known = idempotentSchemas(opened.files.components);
    if (!known.includes(schema)) throw notIdempotent(schema, known);
    const result = await rebuildSchema(opened, {
      schema,
      rehearsal: options.plan === true || options.sql === true,
      takeFiles,
      allow: allowedCosts(opened.project, options.allow),
      onWait: (message) => output.note(message),
    });
    const count = opened.files.components.length;
    if (output.json) output.result(JSON.stringify(planJson(result, count, [])));
    else if (options.sql === true) output.result(printSql(result));
    else output.say(formatPlan(result, count, output.style, { took: performance.now() - started }));
    return 0;
  });
}

function notIdempotent(schema: string, known: readonly string[]): MigratorError {
  const fix =
    known.length === 0
      ? `components of a schema that may be destroyed stand in components/idempotent_schemas/${schema}/`
      : suggestWord(schema, known);
  return new MigratorError([{ code: "usage", message: `${schema} is not an idempotent schema`, fix }], 2);
}
