/** The indexes of a filled materialized view as its file says them: on an empty copy, so that none is built over its rows. */
import type { Attachment } from "../../graph/declared.ts";
import type { Definition } from "../../graph/definition.ts";
import type { Identity } from "../../graph/identity.ts";
import { rulesOf } from "../../graph/kinds/rules.ts";
import { isLiveRelation, type LiveRelation } from "../../graph/live.ts";
import { quoteName } from "../../graph/quote.ts";
import { retargetAttachment } from "../../graph/syntax/retarget.ts";
import type { Database } from "../database/database.ts";
import { inspectIdentities } from "../database/introspect.ts";
import { catalogPath, componentsPath } from "../database/search-path.ts";

/**
 * `live` with the declared indexes that it lacks. Leaves the copy behind: the caller takes everything back. The statements
 * have been tried before, so that none is refused.
 */
export async function withDeclaredIndexes(
  database: Database,
  live: LiveRelation,
  definition: Definition,
  {
    attachments,
    searchPath,
  }: { readonly attachments: readonly Attachment[]; readonly searchPath: readonly string[] },
): Promise<LiveRelation> {
  const present = new Set(live.indexes.map(({ name }) => `index ${quoteName(live.identity.schema, name)}`));
  const missing = attachments.filter(({ kind, key }) => kind === "index" && !present.has(key));
  if (missing.length === 0) return live;
  const { schema, name } = live.identity;
  const copy: Identity = { kind: "materialized view", schema, name: "__migrator_drift" };
  const inspection = inspectIdentities([copy]);
  const made = [
    componentsPath(searchPath),
    ...rulesOf[copy.kind].create(definition, copy.name),
    ...missing.map((index) => retargetAttachment(index, copy).sql),
    catalogPath,
  ];
  const results = await database.batch([...made, ...inspection.statements]);
  const [found = null] = inspection.read(results.slice(made.length));
  if (found === null || !isLiveRelation(found)) return live;
  const on = (relation: string) => ` ON ${quoteName(schema, relation)} `;
  const indexes = found.indexes.map((index) => ({
    ...index,
    sql: index.sql.replace(on(copy.name), () => on(name)),
  }));
  return { ...live, indexes: [...live.indexes, ...indexes] };
}
