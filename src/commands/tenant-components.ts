/** How the components of a matrix stand for its values, by one question to the ledger and the catalogs of a database. */
import type { Database } from "../database/database.ts";
import { readScopeStates } from "../database/scope-states.ts";
import { openScopes } from "../live/scope-files.ts";
import { readFiles } from "../live/workspace.ts";
import type { MatrixScope } from "../tenants/scope.ts";
import { digestFor, questionOf } from "./scope-question.ts";
import type { OpenTenants } from "./tenant-project.ts";

/** `pending`: a sync has something to look at; `drift`: objects were changed in the database. */
export type ComponentsState = "current" | "pending" | "drift";

export type ComponentsOf = (
  database: Database,
  scopes: readonly MatrixScope[],
) => Promise<ReadonlyMap<string, ComponentsState>>;

const none: ComponentsOf = async () => new Map();

/** By the scope's name; of none where the matrix has no components, or where only migrations change the target. */
export async function openComponents({ project, matrix }: OpenTenants): Promise<ComponentsOf> {
  const { config, target } = project;
  if (target.kind !== "embedded" && target.components !== "live") return none;
  const files = await readFiles(config, project);
  const placements = [...files.tree.files.values()].map(({ placement }) => placement);
  if (!placements.some((one) => one.kind === "scoped" && one.matrix === matrix)) return none;
  const reader = openScopes(config, project, files);
  return async (database, scopes) => {
    const questions = scopes.flatMap((scope) => {
      const said = digestFor(reader, scope);
      return said === null ? [] : [questionOf(scope, said)];
    });
    const found =
      questions.length === 0
        ? null
        : await readScopeStates(database, config.ledgerSchema, config.project, questions, false);
    return new Map(
      scopes.map(({ name }): [string, ComponentsState] => {
        const state = found?.scopes.get(name);
        if (state?.drifted === true) return [name, "drift"];
        return [name, state?.state === "settled" ? "current" : "pending"];
      }),
    );
  };
}
