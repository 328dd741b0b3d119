/** What a build goes by. */
import type { Config } from "../config/config.ts";
import type { TemplateValues } from "../project/template-services.ts";
import type { WorkingTree } from "../project/working-tree.ts";
import type { MatrixScope } from "../tenants/scope.ts";
import type { Migration } from "./migration.ts";

export interface RenderContext extends TemplateValues {
  readonly config: Config;
  /** The value of a matrix that is rendered for. */
  readonly scope?: MatrixScope;
}

export interface BuildContext extends RenderContext {
  /** All migrations: a script may include what another one pinned, as `views/a.sql@20240802030220-support-roles`. */
  readonly migrations: readonly Migration[];
  /** The components as they are now. */
  readonly tree: () => WorkingTree;
}
