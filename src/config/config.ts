/** What a project's migrator.json says, with every default filled in. */
import type { Cost } from "../../graph/step.ts";
import type { MatrixConfig } from "../tenants/matrix-config.ts";
import type { JsonValue } from "./json.ts";

/** What a plan may cost beyond catalog rows. */
export const costKinds: readonly CostKind[] = ["rebuild-index", "revalidate", "rewrite", "repopulate"];

/** Values for templates, as written: a secret stays its declaration (`secretSource`). */
export type Variables = Readonly<Record<string, JsonValue>>;

export type CostKind = Cost["kind"];

/** A connection URL, or the environment variable that holds it. */
export type UrlSource = string | { readonly env: string };

export interface TargetConfig {
  readonly url: UrlSource;
  /** `live`: the components follow the files; `migrated`: only migrations change the database. */
  readonly components: "live" | "migrated";
  readonly protected: boolean;
  /** Costs that a plan may run up without being asked; null: as the project says, and none where it is protected. */
  readonly allow: readonly CostKind[] | null;
  /** Replace those of the project by name. */
  readonly variables: Variables;
}

interface ModuleConfig {
  readonly name: string;
  /** The absolute path of its migrations. */
  readonly folder: string;
}

export interface Config {
  /** The absolute path of migrator.json; null where there is none and all is default. */
  readonly file: string | null;
  /** The absolute path of the folder of migrator.json, else the current folder. Messages name files relative to it. */
  readonly root: string;
  readonly componentsFolder: string;
  /** .migrator/ in `root`: what the tool remembers, and the embedded database. */
  readonly stateFolder: string;
  readonly targets: Readonly<Record<string, TargetConfig>>;
  readonly defaultTarget: string | null;
  readonly modules: readonly ModuleConfig[];
  readonly project: string;
  readonly searchPath: readonly string[];
  readonly variables: Variables;
  /** The absolute paths of files with more variables, later over earlier. */
  readonly variableFiles: readonly string[];
  /** A JSON Schema for the variables, or the absolute path of one; null where they may be anything. */
  readonly variableSchema: JsonValue;
  /** The environment variables that templates may read. */
  readonly env: readonly string[];
  readonly matrices: Readonly<Record<string, MatrixConfig>>;
  readonly ledgerSchema: string;
  /** Costs that a plan may run up without being asked, where the target does not say its own. */
  readonly allow: readonly CostKind[];
  /** Milliseconds. */
  readonly lockTimeout: number;
  readonly lockRetries: number;
  /** Where migrations are replayed: a server, `server` for the target's own; null for the embedded database. */
  readonly shadow: UrlSource | "server" | "embedded" | null;
}

/** Whether the tool can connect by this text. */
export function isConnectionUrl(text: string): boolean {
  return /^postgres(ql)?:\/\//.test(text);
}
