/** What forbids to rebuild a schema, found before anything is changed. */
import type { DeclaredObject } from "../../graph/declared.ts";
import { type Diagnostic, MigratorError } from "../../graph/diagnostic.ts";
import { describeIdentity, identityKey } from "../../graph/identity.ts";
import { quoteLiteral, quoteName } from "../../graph/quote.ts";
import type { Database } from "../database/database.ts";
import type { LedgerEntry, LedgerState } from "../database/ledger.ts";
import { catalogPath } from "../database/search-path.ts";
import type { OpenProject } from "./component-project.ts";
import type { CatalogEntry, SchemaContents } from "./rebuild-members.ts";
import { findDiffering } from "./status-definitions.ts";

const keepsData = new Set(["r", "p", "f", "S"]);

/** Throws where the schema holds something that is not the components' to destroy. */
export async function requireMigratorAlone(
  opened: OpenProject<Database>,
  schema: string,
  { members }: SchemaContents,
  ledger: LedgerState | null,
): Promise<void> {
  const problems: Diagnostic[] = [];
  const block = (message: string, fix: string) => problems.push({ code: "dependent-blocks", message, fix });
  for (const { description, relkind, catalog, extension } of members) {
    if (extension !== null || catalog === "pg_extension") {
      const what = extension === null ? description : `${description} of extension ${extension}`;
      block(
        `schema ${schema} holds ${what}`,
        "move the extension to another schema (ALTER EXTENSION … SET SCHEMA)",
      );
    } else if (keepsData.has(relkind)) {
      block(
        `schema ${schema} holds ${description}, which keeps data`,
        "move it to another schema: a table is never dropped",
      );
    } else if (catalog === "pg_publication_namespace") {
      block(`${description} would be lost`, `take schema ${schema} out of the publication`);
    }
  }
  for (const { component, facts } of opened.files.components) {
    if (!opened.untracked.has(component)) continue;
    for (const { identity } of facts.parsed.objects) {
      if (identity.schema !== schema) continue;
      const fix = `migrator component track ${component}`;
      block(`${describeIdentity(identity)} is declared in ${component}, which is untracked`, fix);
    }
  }
  if (ledger !== null) {
    for (const { project, object } of await othersObjects(opened, schema)) {
      block(`${object} belongs to project ${project}`, "the two projects need schemas of their own");
    }
  }
  if (problems.length > 0) throw new MigratorError(problems);
}

/** What the ledger has of other projects in the schema. */
async function othersObjects(
  { database, project }: OpenProject<Database>,
  schema: string,
): Promise<readonly { readonly project: string; readonly object: string }[]> {
  const { ledgerSchema, project: own } = project.config;
  const [, rows] = await database.batch([
    catalogPath,
    `select project, kind || ' ' || name as object from ${quoteName(ledgerSchema, "object")}
     where schema = ${quoteLiteral(schema)} and project <> ${quoteLiteral(own)} order by 1, 2`,
  ]);
  return (rows ?? []).map((row) => ({ project: String(row.project), object: String(row.object) }));
}

/** The dependents outside of the schema that no file declares, or whose file is not what the database has. */
export async function outsideProblems(
  { database, project }: OpenProject<Database>,
  outside: readonly CatalogEntry[],
  declared: readonly DeclaredObject[],
  entries: ReadonlyMap<string, LedgerEntry>,
  takeFiles: boolean,
): Promise<readonly Diagnostic[]> {
  const managed = new Set(declared.map(({ identity }) => identityKey(identity)));
  const problems: Diagnostic[] = outside
    .filter(
      ({ identity, extension }) =>
        extension !== null || identity === null || !managed.has(identityKey(identity)),
    )
    .map(({ description }) => ({
      code: "dependent-blocks" as const,
      message: `${description} needs the schema's objects, and no file declares it`,
      fix: "declare it in a component, or drop it first",
    }));
  if (takeFiles) return problems;
  // Judged while the old schema has its name: afterwards every dependent's definition names another.
  const suspects = declared.filter(({ identity }) => entries.get(identityKey(identity))?.live !== "same");
  const held = suspects.map((object) => ({ object, definition: object, attachments: [] }));
  const differing = await findDiffering(database, project.config.searchPath, held);
  for (const { identity, component } of suspects) {
    const difference = differing.get(identityKey(identity));
    if (difference === undefined) continue;
    problems.push({
      code: "drift",
      message: `${describeIdentity(identity)} (${component}): ${difference.reason}`,
      fix: "take the files with --take files, or bring the component to the database's definition",
    });
  }
  return problems;
}
