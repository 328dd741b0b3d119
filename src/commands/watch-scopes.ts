/** The values of matrices in a watch: the development values first, then the others, each as a sync brings it along. */
import { isBystander } from "../../graph/bystander.ts";
import { MigratorError } from "../../graph/diagnostic.ts";
import type { RefreshMode } from "../../graph/plan/pass.ts";
import type { Config } from "../config/config.ts";
import type { Database } from "../database/database.ts";
import { readScopesOn } from "../database/scopes-on-objects.ts";
import { openScopes, type ScopeInputs } from "../live/scope-files.ts";
import type { SyncResult } from "../live/sync.ts";
import { parsingMistakes } from "../live/workspace.ts";
import { readPath } from "../project/working-tree.ts";
import type { DonePart } from "../report/plan-report.ts";
import type { MatrixScope } from "../tenants/scope.ts";
import { fileOfComponent } from "../tenants/scoped-name.ts";
import { type FailedScope, syncParts, type Workers } from "../tenants/scoped-syncs.ts";
import { sourceFiles } from "../tenants/source-files.ts";
import {
  noScopes,
  type ScopesDone,
  type ScopeTold,
  type ScopeTurn,
  type ScopeWatch,
  type WatchedValues,
} from "../watch/scope-watch.ts";
import { scopedPrint } from "../watch/scoped-print.ts";
import { chooseScopes, jobsOf } from "./choose-scopes.ts";
import { type CommandContext, connect } from "./context.ts";
import { developmentFirst } from "./development-first.ts";
import type { ScopeOptions } from "./scope-options.ts";
import { type ScopeWork, scopeParts } from "./scope-part.ts";

export interface WatchedSync {
  readonly takeFiles: boolean;
  readonly refresh: RefreshMode;
  readonly fill: boolean;
}

/** The project's matrices are asked for at each turn: they come and go with its files. */
export function watchScopes(context: CommandContext, options: ScopeOptions, sync: WatchedSync): ScopeWatch {
  if (options.scope === "shared") return noScopes;
  /** How each value was when it was worked on last. */
  const known = new Map<string, string>();
  const failed = new Set<string>();
  let inputs: ScopeInputs = { names: new Set(), open: false };
  let reads: readonly string[] = [];
  let print = "";
  let values: WatchedValues = { all: [], development: [] };
  const noted = new Set<string>();
  const note = (message: string): void => {
    if (!noted.has(message)) context.output.note(message);
    noted.add(message);
  };
  /** Some are due, whatever the files say. */
  let unfinished = false;

  const isDue = ({ batch, files, project, whole, shared }: ScopeTurn): boolean =>
    whole ||
    unfinished ||
    scopedPrint(files, inputs) !== print ||
    sourceFiles(project.config).some((path) => batch.has(path)) ||
    (known.size > 0 && shared !== null && shared.steps.length > 0);

  const forget = async ({ database, project, files, whole, shared }: ScopeTurn): Promise<void> => {
    const now = scopedPrint(files, inputs);
    if (whole || now !== print) {
      known.clear();
      failed.clear();
    }
    print = now;
    if (shared === null || shared.steps.length === 0) return;
    // What failed may have waited for it.
    for (const name of failed) known.delete(name);
    failed.clear();
    const concerned = await scopesConcerned(database, project.config, shared);
    if (concerned === null) known.clear();
    else for (const name of concerned) known.delete(name);
  };

  const work = async (turn: ScopeTurn, told: ScopeTold): Promise<ScopesDone | null> => {
    const { database, project, files } = turn;
    const { config } = project;
    if (Object.keys(config.matrices).length === 0 || !isDue(turn)) return null;
    unfinished = true;
    await forget(turn);
    const mistakes = parsingMistakes(files.scoped);
    if (mistakes.length > 0) throw new MigratorError(mistakes);
    const chosen = await chooseScopes(context, project, files, database, options);
    const due = chosen.scopes.filter((scope) => known.get(scope.name) !== stateOf(scope));
    const { development, first, others } = developmentFirst(config, chosen.scopes, due, note);
    values = { all: chosen.scopes, development: [...development] };
    const read = openScopes(config, project, files);
    const { part, settled } = scopeParts(workOf(context, turn, sync), read);
    const parts: DonePart[] = [];
    const failures: FailedScope[] = [];
    const done = (scope: string, { components, result }: { components: number; result: SyncResult }) => {
      parts.push({ scope, components, result });
    };
    const alone: Workers = {
      database,
      more: 0,
      connect: async () => database,
      isStopped: turn.isInterrupted,
    };
    failures.push(
      ...(await syncParts(alone, {
        shared: null,
        scopes: first,
        part,
        settled,
        done: (scope, result) => {
          done(scope, result);
          for (const last of parts.slice(-1)) told.first(last);
        },
      })),
    );
    const early = parts.length;
    for (const { scope } of failures) failed.add(scope);
    const held = [...development].some(({ name }) => failed.has(name));
    if (!held && others.length > 0 && !turn.isInterrupted()) {
      await told.others(parts, others.length);
      const more = (await jobsOf(project, database, options)) - 1;
      const workers: Workers = { ...alone, more, connect: () => connect(project.target) };
      failures.push(...(await syncParts(workers, { shared: null, scopes: others, part, settled, done })));
    }
    inputs = { names: new Set([...inputs.names, ...read.inputs().names]), open: read.inputs().open };
    print = scopedPrint(files, inputs);
    reads = [...inputs.names].flatMap((name) => readPath(config, name) ?? []);
    const worked = new Set([...parts, ...failures].map(({ scope }) => scope));
    for (const scope of due) if (worked.has(scope.name)) known.set(scope.name, stateOf(scope));
    for (const { scope } of parts) failed.delete(scope);
    for (const { scope } of failures) failed.add(scope);
    const left = due.length - worked.size;
    unfinished = left > 0;
    return worked.size === 0 ? null : { parts, failed: failures, development: early, left, held };
  };

  return {
    isTouched: (files) => scopedPrint(files, inputs) !== print,
    work,
    reads: () => reads,
    values: () => values,
  };
}

/** A value that is otherwise than it was is due. */
function stateOf({ variables, searchPath, schema, url }: MatrixScope): string {
  return JSON.stringify([variables, searchPath, schema, url]);
}

/** Null: any may be. A name that came or went may be what the texts of values mean now. */
async function scopesConcerned(
  database: Database,
  { ledgerSchema, project }: Config,
  { steps }: SyncResult,
): Promise<readonly string[] | null> {
  if (steps.some(({ kind }) => kind === "create" || kind === "drop")) return null;
  const objects = steps.flatMap(({ identity }) => (isBystander(identity) ? [] : [identity]));
  return objects.length === 0 ? [] : readScopesOn(database, ledgerSchema, project, objects);
}

function workOf(
  context: CommandContext,
  { project, files, selection }: ScopeTurn,
  sync: WatchedSync,
): ScopeWork {
  const { lockTimeout, lockRetries } = project.config;
  return {
    context,
    project,
    files,
    select: selection.whole
      ? null
      : (desired) =>
          new Set(
            [...desired.objects].flatMap(([key, { component }]) =>
              selection.has(fileOfComponent(component)) ? [key] : [],
            ),
          ),
    asksEach: false,
    isolated: false,
    settings: {
      command: "watch",
      rehearsal: false,
      ...sync,
      allow: project.allow,
      lockTimeout,
      lockRetries,
      onWait: (message) => context.output.note(message),
    },
  };
}
