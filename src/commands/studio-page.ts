/** The graph that a live page shows behind a save: what is shared, and beside it what the development value of each matrix has. */

import { readCatalogGraph } from "../database/catalog-graph.ts";
import type { Database } from "../database/database.ts";
import { openScopes } from "../live/scope-files.ts";
import { indexGraph } from "../report/graph.ts";
import { sharedScope } from "../tenants/scope.ts";
import type { ToldBatch } from "../watch/told-batch.ts";
import { splitScope } from "./choose-scopes.ts";
import type { OpenPart } from "./component-project.ts";
import type { CommandContext } from "./context.ts";
import { buildGraph, joinDesired } from "./graph-build.ts";
import { graphOwners } from "./graph-owners.ts";
import { type GraphPage, gatherPage, maskedPage, readStates } from "./graph-page-data.ts";
import { partOf } from "./open-parts.ts";
import type { ScopeOptions } from "./scope-options.ts";

type Synced = Extract<ToldBatch["outcome"], { kind: "synced" }>;

/** As files and database are behind a save. */
export async function pageBehind(
  { output, mask }: CommandContext,
  options: ScopeOptions,
  { project }: ToldBatch,
  { database, state, values }: Synced,
): Promise<GraphPage> {
  const { files, desired } = state;
  const opened = { project, files, database, desired, untracked: project.untracked };
  const { matrix = sharedScope } = splitScope(options.scope);
  const parts: OpenPart<Database>[] = matrix === sharedScope ? [opened] : [];
  const read = openScopes(project.config, project, files);
  // The picture is one of the target.
  for (const scope of values.development)
    if (scope.url === null) parts.push(await partOf(opened, await read(scope), database));
  const declared = joinDesired(parts.map((part) => part.desired));
  const asked = new Set(parts.map(({ scope }) => scope?.name ?? sharedScope));
  const owners = await graphOwners({ project, database, asked, values: values.all, desired });
  const catalog = await readCatalogGraph(database, project.config.ledgerSchema);
  const { graph } = indexGraph(buildGraph(declared, catalog, owners));
  const states = new Map<string, string>();
  for (const part of parts)
    for (const [key, found] of await readStates(part, (message) => output.note(message)))
      states.set(key, found);
  const page = await gatherPage(opened, graph, catalog, { objects: declared.objects, states });
  return maskedPage(page, mask);
}
