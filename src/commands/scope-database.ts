/** The database of one value of a matrix: the target, or one of its own. */
import { resolveSecrets } from "../config/secret-value.ts";
import type { Target } from "../config/target.ts";
import type { Database } from "../database/database.ts";
import { urlOfData } from "../database/url-of-data.ts";
import type { MatrixScope } from "../tenants/scope.ts";
import { type CommandContext, connect, type Project } from "./context.ts";

export interface ScopeDatabase {
  readonly database: Database;
  readonly target: Target;
  close(): Promise<void>;
}

/** `connectTarget` is asked where the scope has no database of its own; that connection stays open. */
export async function openScopeDatabase(
  context: CommandContext,
  project: Project,
  connectTarget: () => Promise<Database>,
  { url, name }: MatrixScope,
): Promise<ScopeDatabase> {
  if (url === null) return { database: await connectTarget(), target: project.target, close: async () => {} };
  const text = typeof url === "string" ? urlOfData(url) : await readUrl(context, project, name, url);
  const kind = project.target.kind === "server" ? project.target : { components: "live", protected: false };
  const target = { ...kind, kind: "server", url: text, name: null } as Target;
  const own = await connect(target);
  return { database: own, target, close: () => own.close() };
}

async function readUrl(
  context: CommandContext,
  { config }: Project,
  name: string,
  source: Exclude<MatrixScope["url"], string | null>,
): Promise<string> {
  const place = { root: config.root, env: context.env };
  const values = await resolveSecrets(new Map([[`databaseUrl of ${name}`, source]]), place);
  const text = [...values.values()].join("");
  context.mask.hide([text]);
  return text;
}
