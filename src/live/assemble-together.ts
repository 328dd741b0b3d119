/** The components of several scopes as one desired state, each text read by the search path of its scope. */
import type { DeclaredObject } from "../../graph/declared.ts";
import { type Desired, desiredState } from "../../graph/desired.ts";
import { type Diagnostic, MigratorError } from "../../graph/diagnostic.ts";
import { describeIdentity } from "../../graph/identity.ts";
import { buildIndex } from "../../graph/syntax/object-index.ts";
import { resolveReferences } from "../../graph/syntax/resolve.ts";
import type { Config } from "../config/config.ts";
import type { Database } from "../database/database.ts";
import { describeOwner } from "../database/other-owners.ts";
import { scopeOfComponent } from "../tenants/scoped-name.ts";
import type { NamedRelation } from "./assemble.ts";
import {
  assembleFiles,
  assembleSound,
  type ComponentScope,
  type FileSet,
  placeProblem,
} from "./workspace.ts";

export interface ScopedFileSet {
  readonly scope: ComponentScope;
  readonly files: FileSet;
}

export interface Together {
  readonly desired: Desired;
  readonly pathOf: (key: string) => readonly string[] | undefined;
}

/** Throws a MigratorError where anything is wrong in any scope. Outside of a transaction. */
export async function assembleTogether(
  parts: readonly ScopedFileSet[],
  config: Config,
  database: Database,
): Promise<Together> {
  const objects = new Map<string, DeclaredObject>();
  const paths = new Map<string, readonly string[]>();
  const relations = new Map<string, NamedRelation>();
  const mistakes: Diagnostic[] = [];
  for (const { scope, files } of parts) {
    const assembly = await assembleFiles(files, config, database, true, scope);
    const sound =
      files.mistakes.length + assembly.mistakes.length === 0
        ? assembly.desired
        : await assembleSound(files, config, database, true, scope);
    for (const one of assembly.relations) relations.set(JSON.stringify([one.schema, one.name]), one);
    for (const [key, object] of sound.objects) {
      const other = objects.get(key);
      if (other !== undefined) mistakes.push(declaredTwice(object, other, files, config));
      objects.set(key, object);
      paths.set(key, scope.searchPath);
    }
  }
  if (mistakes.length > 0) throw new MigratorError(mistakes);
  const index = buildIndex([...objects.values()], [...relations.values()]);
  const edges = [...objects].flatMap(([key, object]) =>
    resolveReferences(object, index, paths.get(key) ?? config.searchPath),
  );
  return { desired: desiredState(objects, edges), pathOf: (key) => paths.get(key) };
}

function declaredTwice(
  object: DeclaredObject,
  other: DeclaredObject,
  files: FileSet,
  { project }: Config,
): Diagnostic {
  const { component, offset } = object;
  const owner = describeOwner({ project, scope: scopeOfComponent(other.component) }, project);
  const message = `${describeIdentity(object.identity)} is declared by ${owner} too`;
  const fix = "declare it in one of the two scopes alone";
  return placeProblem({ code: "duplicate-object", message, component, offset, fix }, files);
}
