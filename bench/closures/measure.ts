/** Builds a schema and rehearses changes of shape on every view that something needs. */
import { MigratorError } from "../../graph/diagnostic.ts";
import type { Database } from "../../src/database/database.ts";
import { connectServer } from "../../src/database/server.ts";
import { runScript, syncTexts } from "../../test/cases/support/sync-texts.ts";
import type { Server } from "../../test/servers/server.ts";
import type { Schema } from "../schemas/schema.ts";
import { type EditName, editNames } from "./edits.ts";
import { prepareEdit } from "./prepare-edit.ts";
import { dependedViews } from "./views.ts";

export interface EditOutcome {
  readonly schema: string;
  readonly edit: EditName;
  readonly view: string;
  readonly column: string | null;
  readonly closure: number;
  readonly result:
    | {
        readonly kind: "planned";
        readonly recreated: number;
        readonly rebound: number;
        readonly steps: number;
      }
    | { readonly kind: "refused"; readonly reason: string }
    /** The view has no column that the edit could be made on. */
    | { readonly kind: "skipped" };
}

export async function measureClosures(server: Server, schema: Schema): Promise<readonly EditOutcome[]> {
  const admin = await connectServer({ url: server.url() });
  try {
    await admin.query("create database closures");
    const database = await connectServer({ url: server.url("closures") });
    try {
      return await measureIn(database, schema);
    } finally {
      await database.close();
    }
  } finally {
    await admin.query("drop database if exists closures with (force)");
    await admin.close();
  }
}

async function measureIn(database: Database, schema: Schema): Promise<readonly EditOutcome[]> {
  await runScript(database, schema.base);
  const built = await syncTexts(database, schema.components, { searchPath: schema.searchPath });
  const outcomes: EditOutcome[] = [];
  for (const view of await dependedViews(database)) {
    for (const edit of editNames) {
      const prepared = await prepareEdit(database, schema, built, view, edit);
      const common = {
        schema: schema.name,
        edit,
        view: `${view.schema}.${view.name}`,
        closure: view.closure,
      };
      if (prepared === null) outcomes.push({ ...common, column: null, result: { kind: "skipped" } });
      else {
        const result = await rehearse(database, schema, prepared.components);
        outcomes.push({ ...common, column: prepared.column, result });
      }
    }
  }
  return outcomes;
}

async function rehearse(
  database: Database,
  schema: Schema,
  components: ReadonlyMap<string, string>,
): Promise<EditOutcome["result"]> {
  try {
    const { result } = await syncTexts(database, components, {
      searchPath: schema.searchPath,
      rehearsal: true,
    });
    const steps = result.steps.filter((step) => step.auxiliary !== true);
    const count = (kind: string) => steps.filter((step) => step.kind === kind).length;
    return { kind: "planned", recreated: count("recreate"), rebound: count("rebind"), steps: steps.length };
  } catch (error) {
    if (!(error instanceof MigratorError)) throw error;
    const reason = error.diagnostics
      .map((one) => `${one.code}: ${one.message}${one.file === undefined ? "" : ` (${one.file})`}`)
      .join("; ");
    return { kind: "refused", reason };
  }
}
