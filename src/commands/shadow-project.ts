/** A shadow in which all migrations ran, and the components as they left them: where a new migration begins. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Desired } from "../../graph/desired.ts";
import { MigratorError } from "../../graph/diagnostic.ts";
import { type Identity, identityKey } from "../../graph/identity.ts";
import { quoteIdentifier, quoteLiteral } from "../../graph/quote.ts";
import { isConnectionUrl } from "../config/config.ts";
import type { Database } from "../database/database.ts";
import { columnsOf } from "../database/identity-columns.ts";
import { readLiveObjects } from "../database/introspect.ts";
import {
  type LedgerEntry,
  ledgerStatements,
  ledgerSchema as ledgerTables,
  readLedger,
} from "../database/ledger.ts";
import { scopeTables, sharedAlone } from "../database/scope-snapshots.ts";
import { catalogPath, componentsPath } from "../database/search-path.ts";
import { openScopes } from "../live/scope-files.ts";
import { readUntracked } from "../live/tracking.ts";
import { assembleSound, type FileSet, readFiles } from "../live/workspace.ts";
import { type ComponentVersion, lastVersions } from "../migrations/component-versions.ts";
import { pinnedComponent } from "../migrations/pinned-component.ts";
import { replay } from "../migrations/replay.ts";
import type { ShadowSource } from "../migrations/shadow.ts";
import { marked } from "../migrations/value-texts.ts";
import { placementOf } from "../project/placement.ts";
import { sha256 } from "../project/text-file.ts";
import { rawText } from "../template/raw-text.ts";
import { isTemplateName } from "../template/template-name.ts";
import { type MatrixScope, sharedScope } from "../tenants/scope.ts";
import type { OpenPart } from "./component-project.ts";
import type { CommandContext, Project } from "./context.ts";
import { findDrift } from "./find-drift.ts";
import type { ShadowParts } from "./shadow-parts.ts";
import { version } from "./version.ts";

export interface ShadowProject {
  readonly database: Database;
  /** The components as they are pinned last, by their paths. */
  readonly versions: ReadonlyMap<string, ComponentVersion>;
  /** The values that stand for all others of their matrices. */
  readonly scopes: readonly MatrixScope[];
  /** These components and more, by name and text: those of a value, or (null) the shared ones. */
  readonly prior: (scope: MatrixScope | null, more: ReadonlyMap<string, string>) => Promise<PriorComponents>;
  /** The same components of a value with marks in the place of its texts. */
  readonly priorMarked: (scope: MatrixScope) => Promise<FileSet>;
  /** Runs statements as a migration would, before anything is planned. */
  readonly enter: (searchPath: readonly string[], statements: readonly string[]) => Promise<void>;
  readonly close: () => Promise<void>;
}

interface PriorComponents {
  readonly files: FileSet;
  /** What they declare, as their names mean it in the database now. */
  readonly desired: () => Promise<Desired>;
}

/** Replays the migrations. The ledger of the shadow then knows the components as they were pinned last. */
export async function openShadowProject(
  context: CommandContext,
  project: Project,
  { migrations, scopes }: ShadowParts,
  source: ShadowSource,
): Promise<ShadowProject> {
  const { config } = project;
  const versions = lastVersions(
    config,
    migrations.map(({ migration }) => migration),
  );
  const folder = writeVersions(project, versions, scopes);
  try {
    const untracked = readUntracked(config);
    const entered = enteredAs(folder, versions.keys(), untracked);
    const shadow = await replay(config, source, migrations, context.output, entered);
    const close = async (): Promise<void> => {
      rmSync(folder, { recursive: true, force: true });
      await shadow.close();
    };
    try {
      const priorConfig = { ...config, componentsFolder: join(folder, "components"), stateFolder: folder };
      const prior: ShadowProject["prior"] = async (scope, more) => {
        const below = scope === null ? "" : `@${scope.matrix}/`;
        for (const [name, text] of more) writeComponent(folder, `${below}${name}`, text);
        const all = await readFiles(priorConfig, project);
        const files = scope === null ? all : await openScopes(priorConfig, project, all)(scope);
        return {
          files,
          desired: () => {
            const place = scope ?? { name: sharedScope, searchPath: config.searchPath };
            return assembleSound(files, priorConfig, shadow.database, true, place);
          },
        };
      };
      for (const { schema } of scopes)
        if (schema !== null)
          await shadow.database.query(`create schema if not exists ${quoteIdentifier(schema)}`);
      if (!shadow.isBeyond) {
        for (const scope of [null, ...scopes]) {
          const { files, desired } = await prior(scope, new Map());
          const searchPath = scope?.searchPath ?? config.searchPath;
          await enterPrior({
            project: { ...project, config: { ...priorConfig, searchPath } },
            files,
            database: shadow.database,
            desired: await desired(),
            untracked,
            ...(scope === null ? {} : { scope }),
          });
        }
        await shadow.rememberBeyond();
      }
      const priorMarked = async (scope: MatrixScope): Promise<FileSet> => {
        const marks = writeVersions(project, versions, [marked(scope)]);
        try {
          const at = { ...config, componentsFolder: join(marks, "components"), stateFolder: marks };
          return await openScopes(at, project, await readFiles(at, project))(scope);
        } finally {
          rmSync(marks, { recursive: true, force: true });
        }
      };
      const enter: ShadowProject["enter"] = async (searchPath, statements) => {
        await shadow.database.batch(["begin", componentsPath(searchPath), ...statements, "commit"]);
      };
      return { database: shadow.database, scopes, versions, prior, priorMarked, enter, close };
    } catch (error) {
      await close();
      throw error;
    }
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}

/** Writes what is pinned into a temporary folder, where it is read as any project's components are. */
function writeVersions(
  project: Project,
  versions: ReadonlyMap<string, ComponentVersion>,
  scopes: readonly MatrixScope[],
): string {
  const folder = mkdtempSync(join(tmpdir(), "migrator-prior-"));
  mkdirSync(join(folder, "components"));
  for (const [name, { pin, migration }] of versions) {
    const placement = placementOf(name);
    if (placement.kind !== "component" && placement.kind !== "scoped") continue;
    const scope = placement.kind === "scoped" && scopes.find(({ matrix }) => matrix === placement.matrix);
    const context = scope ? { ...project, scope } : project;
    const bytes = pinnedComponent(context, migration, pin, name) ?? new Uint8Array();
    // A template is rendered already.
    writeComponent(folder, name, isTemplateName(name) ? rawText(Buffer.from(bytes).toString()) : bytes);
  }
  return folder;
}

/** Names all that the ledger learns of the prior components, beside the migrations. */
function enteredAs(folder: string, names: Iterable<string>, untracked: ReadonlySet<string>): string {
  const components = [...names].map((name) => {
    const path = join(folder, "components", name);
    return [name, existsSync(path) ? sha256(readFileSync(path)) : null];
  });
  return JSON.stringify([version, components, [...untracked].sort()]);
}

function writeComponent(folder: string, name: string, content: string | Uint8Array): void {
  const path = join(folder, "components", name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}

/** The ledger learns the objects that are there, and which of them are as their components say. */
async function enterPrior(opened: OpenPart<Database>): Promise<void> {
  const { database, desired, project, scope = null } = opened;
  const ofScope = scope === null ? {} : { scopes: [scope.name] };
  const { ledgerSchema, project: name } = project.config;
  const identities = [...desired.objects.values()].map(({ identity }) => identity);
  await database.batch(["begin", catalogPath]);
  const existing = await readLiveObjects(database, identities);
  await database.batch(["rollback"]);
  const applied = [...desired.objects.values()].filter(({ identity }) => existing.has(identityKey(identity)));
  const remember = (objects: typeof applied) =>
    ledgerStatements(ledgerSchema, name, {
      mode: "migrated",
      ...ofScope,
      applied: objects,
      forgotten: [],
      command: "shadow",
      steps: [],
    });
  await database.batch([
    "begin",
    catalogPath,
    ...ledgerTables(ledgerSchema),
    ...scopeTables(ledgerSchema),
    ...remember(applied),
    "commit",
  ]);
  if (applied.length === 0) return;
  await database.batch(["begin", catalogPath]);
  const ledger = await readLedger(database, ledgerSchema, name, scope === null ? sharedAlone : [scope]);
  const entries = new Map(
    [...(ledger?.entries ?? [])].map(([key, entry]): [string, LedgerEntry] => [
      key,
      { ...entry, live: "changed" },
    ]),
  );
  const drifted = await findDrift(opened, database, entries, "together");
  const forgetVersion = [...drifted.values()].map(({ identity }) =>
    forgetVersionOf(ledgerSchema, name, scope?.name ?? sharedScope, identity),
  );
  await database.batch([catalogPath, ...forgetVersion, "commit"]);
}

/** What a migration changed by other means than its component is looked at, and brought to what the file says. */
function forgetVersionOf(schema: string, project: string, scope: string, identity: Identity): string {
  const { kind, schema: objectSchema, relation, name, arguments: types } = columnsOf(identity);
  return `update ${quoteIdentifier(schema)}.object set version = null where project = ${quoteLiteral(project)} and scope = ${quoteLiteral(scope)}
    and kind = ${quoteLiteral(kind)} and schema = ${quoteLiteral(objectSchema)} and relation = ${quoteLiteral(relation)}
    and name = ${quoteLiteral(name)} and arguments = array[${types.map(quoteLiteral).join(", ")}]::text[]`;
}

/** --shadow, else "shadow" of migrator.json, else the embedded database. */
export function shadowSource(
  { config, target }: Project,
  given: string | undefined,
  env: CommandContext["env"],
): ShadowSource {
  const wanted = given ?? config.shadow;
  if (wanted === null || wanted === "embedded") return { kind: "embedded", stateFolder: config.stateFolder };
  if (wanted === "server") {
    if (target.kind === "server") return { kind: "server", url: target.url };
    throw usage(
      "the shadow is to stand on the target's server, and the target is the embedded database",
      "name a server with --database-url or --target",
    );
  }
  const url = typeof wanted === "string" ? wanted : env[wanted.env];
  if (url !== undefined && isConnectionUrl(url)) return { kind: "server", url };
  throw usage(
    typeof wanted === "string"
      ? `--shadow ${wanted} is no connection URL`
      : `the shadow's variable ${wanted.env} is not set to a URL`,
    'write postgres://user@host/database, "server" for the target\'s server, or "embedded"',
  );
}

function usage(message: string, fix: string): MigratorError {
  return new MigratorError([{ code: "usage", message, fix }], 2);
}
