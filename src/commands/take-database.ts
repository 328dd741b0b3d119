/** `--take database`: writes the database's version of what drifted back to the component files. */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { compareText } from "../../graph/compare.ts";
import { type Diagnostic, MigratorError } from "../../graph/diagnostic.ts";
import { describeIdentity, type Identity, identityKey, isChild, isRelation } from "../../graph/identity.ts";
import type { LiveObject } from "../../graph/live.ts";
import { objectSource, type SourceOptions } from "../../graph/source/object-source.ts";
import { unmanagedObjects } from "../database/catalog-graph.ts";
import type { Database } from "../database/database.ts";
import { readLiveObjects } from "../database/introspect.ts";
import { type LedgerEntry, readLedger } from "../database/ledger.ts";
import { withLockRetries } from "../database/lock.ts";
import { readOtherOwners } from "../database/other-owners.ts";
import { catalogPath } from "../database/search-path.ts";
import { componentText } from "../import/component-text.ts";
import { readPrivilegeDefaults } from "../import/privilege-defaults.ts";
import { applyEdits, withLineEnds } from "../import/source-edits.ts";
import { isRoutineEdit, type TakenEdit, type TakenObject, takenEdits } from "../import/taken-objects.ts";
import { editTemplate } from "../import/template-edits.ts";
import { fileMistake, shownPath } from "../project/scan.ts";
import { componentServices } from "../project/template-services.ts";
import { openWorkingTree } from "../project/working-tree.ts";
import { loadParser } from "../sql/library.ts";
import { renderOnce } from "../template/renderer.ts";
import { sharedScope } from "../tenants/scope.ts";
import type { OpenProject } from "./component-project.ts";
import { type DriftedObject, findDrift } from "./find-drift.ts";

/** A file's new content; null removes it. */
interface NewFile {
  readonly component: string;
  readonly content: string | null;
}

/**
 * Returns the components that were written, sorted. `judged` are the keys of the objects to look at, null for all. Where one
 * of them cannot be written back, nothing is written, and that is the error.
 */
export async function takeDatabase(
  opened: OpenProject<Database>,
  judged: ReadonlySet<string> | null,
  onNote: (message: string) => void,
): Promise<readonly string[]> {
  const found = await readDrifted(opened, judged, onNote);
  if (found.drifted.length === 0) return [];
  await loadParser();
  const mistakes: Diagnostic[] = [];
  const files = new Map(editedFiles(opened, found, mistakes).map((file) => [file.component, file]));
  if (mistakes.length > 0) throw new MigratorError(mistakes, 4);
  for (const file of returnedFiles(opened, found, files)) files.set(file.component, file);
  const sorted = [...files.values()].sort((a, b) => compareText(a.component, b.component));
  for (const file of sorted) {
    writeFile(opened, file);
    const what =
      file.content === null ? "removed, for what it declared is gone" : "written from the database";
    onNote(`${what}: ${file.component}`);
  }
  return sorted.map(({ component }) => component);
}

interface Drifted {
  readonly drifted: readonly DriftedObject[];
  readonly live: ReadonlyMap<string, LiveObject>;
  /** By the key of an object that is gone: what took its name. */
  readonly successors: ReadonlyMap<string, LiveObject>;
  readonly defaults: SourceOptions["defaults"];
}

/** In a transaction that is rolled back. */
async function readDrifted(
  opened: OpenProject<Database>,
  judged: ReadonlySet<string> | null,
  onWait: (message: string) => void,
): Promise<Drifted> {
  const { database, project } = opened;
  const { lockTimeout, lockRetries, ledgerSchema, project: name } = project.config;
  return withLockRetries(database, { lockTimeout, lockRetries, onWait }, async () => {
    await database.batch(["begin", catalogPath, `set local lock_timeout = ${lockTimeout}`]);
    const ledger = await readLedger(database, ledgerSchema, name);
    const found = await findDrift(opened, database, ledger?.entries ?? new Map<string, LedgerEntry>());
    const drifted = [...found.values()].filter(
      ({ identity }) => judged === null || judged.has(identityKey(identity)),
    );
    const defaults = await readPrivilegeDefaults(database);
    const live = await readLiveObjects(
      database,
      drifted.map(({ identity }) => identity),
    );
    const others =
      ledger === null ? new Map() : await readOtherOwners(database, ledgerSchema, name, [sharedScope], null);
    const successors = await readSuccessors(opened, drifted, others);
    await database.batch(["rollback"]);
    return { drifted, live, successors, defaults };
  });
}

/**
 * A function made by hand with other arguments, a materialized view in the place of a view: one object of the name is
 * gone, and one that no file declares is there.
 */
async function readSuccessors(
  { database, desired, project }: OpenProject<Database>,
  drifted: readonly DriftedObject[],
  others: ReadonlyMap<string, unknown>,
): Promise<ReadonlyMap<string, LiveObject>> {
  const gone = drifted.filter(({ kind, identity }) => kind === "gone" && !isChild(identity));
  if (gone.length === 0) return new Map();
  const schemas = new Set(gone.map(({ identity }) => identity.schema));
  const found = (await unmanagedObjects(database, project.config.ledgerSchema, schemas)).filter(
    (identity) => !desired.objects.has(identityKey(identity)) && !others.has(identityKey(identity)),
  );
  const pairs = gone.flatMap(({ identity }) => {
    const sameName = (other: Identity): boolean =>
      other.schema === identity.schema &&
      other.name === identity.name &&
      !isChild(other) &&
      isRelation(other) === isRelation(identity);
    const [only, ...more] = found.filter(sameName);
    const alone = gone.filter((other) => sameName(other.identity)).length === 1;
    return only !== undefined && more.length === 0 && alone ? [[identity, only] as const] : [];
  });
  const live = await readLiveObjects(
    database,
    pairs.map(([, other]) => other),
  );
  return new Map(
    pairs.flatMap(([identity, other]) => {
      const object = live.get(identityKey(other));
      return object === undefined ? [] : [[identityKey(identity), object] as const];
    }),
  );
}

/** The files that declare what drifted, or attach something to it. */
function editedFiles(
  { files, desired, project }: OpenProject<Database>,
  { drifted, live, successors, defaults }: Drifted,
  mistakes: Diagnostic[],
): readonly NewFile[] {
  const taken = drifted.flatMap(({ identity, declared, definition, attachments }): readonly TakenObject[] => {
    if (declared === null) return [];
    const successor = successors.get(identityKey(identity));
    const now = live.get(identityKey(identity)) ?? successor ?? null;
    const replaced = successor !== undefined;
    // The owner of what was made by hand is written only where the file says one.
    const owners = !replaced || declared.attachments.some(({ kind }) => kind === "owner");
    const source = now === null ? null : objectSource(now, { owners, grants: true, defaults });
    return [{ declared, live: now, source, definition, attachments, replaced }];
  });
  const touched = new Set(
    taken.flatMap(({ declared }) => [
      declared.component,
      ...declared.attachments.map(({ component }) => component),
    ]),
  );
  const edited: NewFile[] = [];
  for (const component of files.components) {
    if (!touched.has(component.component)) continue;
    const text = component.text();
    const edits = takenEdits(component.component, text, taken, desired.objects.values());
    if (edits.length === 0) continue;
    const path = join(project.config.componentsFolder, component.component);
    const raw = readFileSync(path, "utf8");
    const mark = raw.startsWith("\uFEFF") ? "\uFEFF" : "";
    const source = raw.slice(mark.length);
    const fitted = edits.map((edit) =>
      edit.text === null ? edit : { ...edit, text: withLineEnds(edit.text, source, isRoutineEdit(edit)) },
    );
    if (!component.component.endsWith(".jinja")) {
      if (source !== text) throw changedMeanwhile(component.file);
      const content = applyEdits(source, fitted);
      edited.push({ component: component.component, content: content.trim() === "" ? null : mark + content });
      continue;
    }
    const outcome = editTemplate(
      {
        file: component.file,
        source,
        text,
        locate: (offset) => component.locate(offset),
        render: (changed) => renderWith(project, component.component, changed),
      },
      fitted,
    );
    if ("source" in outcome) edited.push({ component: component.component, content: mark + outcome.source });
    else mistakes.push(unwritable(outcome.edit, component.locate(outcome.edit.start)));
  }
  return edited;
}

function unwritable(
  { identity }: TakenEdit,
  place: { readonly file: string; readonly line: number; readonly column: number },
): Diagnostic {
  return {
    code: "drift",
    message: `${describeIdentity(identity)} cannot be written back: a template makes this statement`,
    ...place,
    fix: "change the template by hand to what migrator drift shows, or overwrite the database with --take files",
  };
}

function renderWith(
  { config, variables, env }: OpenProject<Database>["project"],
  component: string,
  source: string,
): string | null {
  const { sources } = openWorkingTree(config, new Map());
  const overlaid = {
    keys: () => sources.keys(),
    get: (name: string) => (name === component ? source : sources.get(name)),
  };
  try {
    return renderOnce(component, overlaid, variables, undefined, componentServices(config, env)).text;
  } catch (error) {
    if (error instanceof MigratorError) return null;
    throw error;
  }
}

/** Objects whose component is gone, at its place again; behind what a file there says now. */
function returnedFiles(
  { project }: OpenProject<Database>,
  { drifted, live, defaults }: Drifted,
  edited: ReadonlyMap<string, NewFile>,
): readonly NewFile[] {
  const texts = new Map<string, string[]>();
  for (const { identity, declared, component } of drifted) {
    const object = live.get(identityKey(identity));
    if (declared !== null || object === undefined) continue;
    const plain = component.replace(/\.jinja$/, "");
    const text = componentText([objectSource(object, { owners: false, grants: true, defaults })]);
    texts.set(plain, [...(texts.get(plain) ?? []), text]);
  }
  return [...texts].map(([component, some]) => {
    const path = join(project.config.componentsFolder, component);
    const onDisk = existsSync(path) ? readFileSync(path, "utf8") : "";
    const before = edited.has(component) ? (edited.get(component)?.content ?? "") : onDisk;
    const gap = before === "" || before.endsWith("\n") ? "" : "\n";
    const content = [before + gap, ...some].filter((part) => part !== "").join("\n");
    return { component, content };
  });
}

function writeFile({ project }: OpenProject<Database>, { component, content }: NewFile): void {
  const { config } = project;
  const path = join(config.componentsFolder, component);
  try {
    if (content === null) rmSync(path);
    else {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, content);
    }
  } catch (error) {
    const message = `it cannot be written: ${error instanceof Error ? error.message : String(error)}`;
    const { file = shownPath(config, path) } = fileMistake(config, path, error);
    throw new MigratorError([
      { code: "file", message, file, fix: "make it writable, and run the command again" },
    ]);
  }
}

function changedMeanwhile(file: string): MigratorError {
  const message = "the file was changed while the command ran";
  return new MigratorError([{ code: "file", message, file, fix: "run the command again" }]);
}
