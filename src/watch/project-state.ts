/** What a watch knows of the project: its files, what they declare, and which of that is not in the database yet. */
import type { DeclaredObject } from "../../graph/declared.ts";
import type { Desired } from "../../graph/desired.ts";
import type { Diagnostic } from "../../graph/diagnostic.ts";
import type { Config, Variables } from "../config/config.ts";
import type { Database } from "../database/database.ts";
import type { Facts } from "../live/facts.ts";
import { type ComponentChange, createAssembly } from "../live/incremental-assembly.ts";
import { readMeanings } from "../live/meanings.ts";
import { type Files, fileMistakes, placeProblem, readFiles } from "../live/workspace.ts";
import type { Component } from "../project/components.ts";
import type { TemplateValues } from "../project/template-services.ts";
import { changedComponents } from "./component-changes.ts";

export interface ProjectState {
  readonly files: Files;
  /** As of the last `assemble`. */
  readonly desired: Desired;
  /** Objects whose declaration changed since `clear`, by key, as declared last; those that no file declares now too. */
  readonly touched: ReadonlyMap<string, DeclaredObject>;
  /** Reads what changed below these paths. */
  update(paths: Iterable<string>, variables: Variables): Promise<void>;
  /** What the files alone show. */
  mistakes(): readonly Diagnostic[];
  /** Takes into `desired` what `update` read; call it only where the files have no mistakes. Returns the problems of all. */
  assemble(database: Database): Promise<readonly Diagnostic[]>;
  /** Everything touched is in the database. */
  clear(): void;
}

export async function readState(
  config: Config,
  values: TemplateValues,
  untracked: ReadonlySet<string>,
): Promise<ProjectState> {
  let files = await readFiles(config, values);
  const assembly = createAssembly(config.searchPath, untracked);
  const touched = new Map<string, DeclaredObject>();
  let assembled: readonly Component<Facts>[] = [];
  let checked: readonly Component<Facts>[] = [];
  /** Those whose own text has mistakes. */
  const broken = new Map<string, Component<Facts>>();

  return {
    get files() {
      return files;
    },
    desired: assembly.desired,
    touched,
    async update(paths, newVariables) {
      files = await files.update(paths, newVariables);
    },
    mistakes() {
      for (const { component, now } of changedComponents(checked, files.components)) {
        if (now !== null && now.facts.mistakes.length > 0) broken.set(component, now);
        else broken.delete(component);
      }
      checked = files.components;
      return fileMistakes({ ...files, components: [...broken.values()] });
    },
    async assemble(database) {
      const changed = changedComponents(assembled, files.components);
      const changes = changed.map(
        ({ component, now }): ComponentChange => ({ component, parsed: now?.facts.parsed ?? null }),
      );
      const { searchPath, project, ledgerSchema } = config;
      const answers = await readMeanings({
        database,
        searchPath,
        project,
        ledgerSchema,
        components: files.components.map((component) => component.facts.parsed),
        asking: changes.flatMap(({ parsed }) => parsed ?? []),
        types: assembly.asks(changes),
        untracked: (component) => untracked.has(component),
        whole: true,
      });
      for (const [key, object] of assembly.update(changes, answers)) touched.set(key, object);
      assembled = files.components;
      return assembly.problems().map((problem) => placeProblem(problem, files));
    },
    clear() {
      touched.clear();
    },
  };
}
