/** `init`: lays out a project; with the sample also the embedded database that its components stand on. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Database } from "../database/database.ts";
import { scaffold } from "../project/scaffold.ts";
import { loadParser } from "../sql/library.ts";
import { splitStatements } from "../sql/split-statements.ts";
import { type CommandContext, type CommonOptions, connect, openProject } from "./context.ts";
import { tellingErrors } from "./telling-errors.ts";

export interface InitOptions extends CommonOptions {
  readonly sample?: boolean;
}

export async function init(context: CommandContext, options: InitOptions): Promise<number> {
  const { output, folder } = context;
  return tellingErrors(context, async () => {
    const lines = scaffold(folder, { sample: options.sample === true });
    output.say(lines.map((line) => `  ${line}`).join("\n"));
    // One that was there before may be another file of that name.
    const loaded = lines.includes("wrote base.sql") ? await loadBase(context, options) : [];
    const next = [...loaded, ...nextSteps(options.sample === true)];
    output.say(["", ...next].join("\n"));
    if (output.json) output.result(JSON.stringify({ version: 1, done: lines, next, errors: [] }));
    return 0;
  });
}

function nextSteps(sample: boolean): readonly string[] {
  const steps = [
    "next:",
    "  npx migrator sync    bring the database to the state of the components",
    "  npx migrator watch   do so at each save",
    "  npx migrator graph   see what depends on what",
  ];
  if (sample) return steps;
  return [
    "write views, functions, triggers and policies as .sql files below migrator/components/;",
    ...steps,
  ];
}

/** Loads the sample's tables where the database is the embedded one. A server's is its owner's to change. */
async function loadBase(context: CommandContext, options: InitOptions): Promise<readonly string[]> {
  const { target } = await openProject(context, options);
  if (target.kind === "server") {
    return [
      "load base.sql into the database first, with psql for example: it makes the tables of the sample",
      "",
    ];
  }
  context.output.note("making the embedded database …");
  const database = await connect(target);
  try {
    if (await holdsTables(database))
      return [`${database.description} has tables already: base.sql was not loaded`, ""];
    await loadParser();
    const statements = splitStatements(readFileSync(join(context.folder, "base.sql"), "utf8"));
    await database.batch(["begin", ...statements, "commit"]);
    return [`loaded base.sql into ${database.description}`, ""];
  } finally {
    await database.close();
  }
}

async function holdsTables(database: Database): Promise<boolean> {
  const [row] = await database.query<{ any: boolean }>(
    `select exists (select from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
       where c.relkind in ('r', 'p') and n.nspname !~ '^pg_' and n.nspname <> 'information_schema') as any`,
  );
  return row?.any === true;
}
