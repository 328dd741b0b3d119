/** The components of a project: their rendered text and what was parsed from it, with as little reading as there can be. */
import { compareText } from "../../graph/compare.ts";
import { type Diagnostic, MigratorError } from "../../graph/diagnostic.ts";
import type { Config, Variables } from "../config/config.ts";
import { positionAt } from "../template/position.ts";
import { createRenderer, type Rendered, type Renderer, type SourcePosition } from "../template/renderer.ts";
import { freshFacts, fromMemory, type Known, type Outlines, toRemember } from "./known.ts";
import type { Memory, RememberedFile } from "./memory.ts";
import type { Placement } from "./placement.ts";
import { misplacedFiles, shownPath } from "./scan.ts";
import { componentServices, environmentReader, type TemplateValues } from "./template-services.ts";
import { sha256 } from "./text-file.ts";
import { openWorkingTree, readName, readPath, type WorkingTree } from "./working-tree.ts";

/** Parses a component's rendered text. The result is kept as JSON, and must come back from it as it was. */
export type ParseComponent<F> = (component: string, text: string) => F | Promise<F>;

export interface Component<F> {
  /** The path below components/, with forward slashes. */
  readonly component: string;
  /** The file's path relative to the project's root, for messages. */
  readonly file: string;
  /** NAME of idempotent_schemas/NAME/, else null. */
  readonly schema: string | null;
  /** NAME of @NAME/, else null. */
  readonly matrix: string | null;
  /** True where it was parsed anew to make this result. */
  readonly changed: boolean;
  readonly facts: F;
  /**
   * The rendered text. Where the facts came from memory it is read now; throws a MigratorError where the file was changed
   * since, so that text and facts always belong together.
   */
  text(): string;
  /** The source of an offset (UTF-16 units) in the text: this file, or one that its template includes. */
  locate(offset: number): SourcePosition;
}

export interface Components<F> {
  /** Sorted by component. Those with a mistake of their own are missing: act on them only where `mistakes` is empty. */
  readonly components: readonly Component<F>[];
  /** Plain files below @NAME/, likewise: what they say is the same for all values of the matrix. */
  readonly scoped: readonly Component<F>[];
  readonly mistakes: readonly Diagnostic[];
  /**
   * The same after changes on disk, for these absolute paths of files or folders (changed, added or removed; others do
   * not matter) and, where they are given, for other variables. The work follows the change, not the project. The
   * result before stays as it was; only the newest may be updated.
   */
  update(paths: Iterable<string>, variables?: Variables): Promise<Components<F>>;
  /** The absolute paths of files outside components/ that templates read, or would if they existed; sorted. */
  readonly reads: readonly string[];
  /** The files as this result knows them. */
  readonly tree: WorkingTree;
  /** Writes the memory, if there is anything new in it. Its cost follows the project: in watch mode, save at the end. */
  save(): Promise<void>;
}

/**
 * Reads the components below components/. What is remembered with an equal content is neither read nor parsed: a plain file
 * by its own content, a template by the variables and every file that its render read.
 */
export async function readComponents<F>(
  config: Config,
  values: TemplateValues,
  memory: Memory,
  parse: ParseComponent<F>,
  outlines: Outlines<F> = { of: () => null, restore: (_component, _outline, whole) => whole() },
): Promise<Components<F>> {
  const tree = openWorkingTree(config, memory.files);
  const reader = createReader(config, values, memory, { parse, outlines }, tree);
  await reader.readAll();
  return reader.result([]);
}

interface Reader<F> {
  readAll(): Promise<void>;
  result(previous: readonly Component<F>[]): Components<F>;
}

function createReader<F>(
  config: Config,
  { variables: firstVariables, env }: TemplateValues,
  memory: Memory,
  { parse, outlines }: { readonly parse: ParseComponent<F>; readonly outlines: Outlines<F> },
  tree: WorkingTree,
): Reader<F> {
  let variables = firstVariables;
  const environment = environmentReader(config, env);
  /** Of all that templates see besides files. */
  const hashOf = (values: Variables): string =>
    hashVariables({ ...values, "": config.env.map((name) => environment(name) ?? null) });
  let variablesHash = hashOf(variables);
  let renderer: Renderer | undefined;
  const known = new Map<string, Known<F>>();
  const mistakes = new Map<string, readonly Diagnostic[]>();
  /** By file: the templates whose text depends on it. */
  const users = new Map<string, Set<string>>();
  /** Templates that any new file could change. */
  const open = new Set<string>();
  let misplaced: readonly Diagnostic[] = [];
  /** What was looked at, and what was parsed, since the last result. */
  let visited = new Set<string>();
  let parsed = new Set<string>();
  /** What is being parsed. */
  let parsing: Promise<void>[] = [];
  /** Whether a component's entry in memory is out of date; the rest is compared with what was saved last. */
  let dirty = false;
  let savedCount = memory.components.size;
  let savedFiles = memory.files;

  const shownFolder = shownPath(config, config.componentsFolder);
  /** What was asked for and could not be read. */
  const looked = new Set<string>();
  const services = componentServices(config, env, (path) => void looked.add(path));
  const fileOf = (name: string): string => (shownFolder === "" ? name : `${shownFolder}/${name}`);
  const renderTemplate = (name: string): Rendered => {
    renderer ??= createRenderer(tree.sources, variables, fileOf, services);
    return renderer.render(name);
  };

  const closeRenderer = (): void => {
    renderer?.close();
    renderer = undefined;
  };

  const isCurrent = (entry: Pick<Known<F>, "uses" | "variables">, template: boolean): boolean =>
    (!template || entry.variables === variablesHash) &&
    entry.uses.every(([name, hash]) => tree.hashOf(name) === hash);

  const forget = (name: string): Known<F> | undefined => {
    const before = known.get(name);
    for (const [use] of before?.uses ?? []) users.get(use)?.delete(name);
    known.delete(name);
    mistakes.delete(name);
    open.delete(name);
    return before;
  };
  const keep = (name: string, entry: Known<F>): void => {
    known.set(name, entry);
    for (const [use] of entry.uses) {
      if (use === name) continue;
      const set = users.get(use) ?? new Set();
      users.set(use, set.add(name));
    }
  };

  const visit = (name: string): void => {
    visited.add(name);
    const remembered = memory.components.get(name);
    const before = forget(name) ?? (remembered && fromMemory(name, remembered, outlines));
    const placement = tree.files.get(name)?.placement;
    if (!placement || !isRead(placement)) return;
    if (before !== undefined && isCurrent(before, placement.template)) {
      keep(name, before);
      return;
    }
    dirty = true;
    try {
      const rendered = placement.template ? renderTemplate(name) : readPlain(name);
      const textSha256 = placement.template ? sha256(rendered.text) : "";
      const inputs = [...rendered.uses, ...rendered.reads.map((read) => readName(read.name))];
      const uses = inputs.map((use) => [use, tree.hashOf(use)] as const);
      const same = placement.template && before?.textSha256 === textSha256;
      // A template whose names are open is rendered in every run: any file's coming may change it.
      const valid = rendered.open ? "open" : placement.template ? variablesHash : "";
      if (rendered.open) open.add(name);
      const entry = { textSha256, uses, variables: valid, rendered };
      if (same) keep(name, { ...entry, facts: before.facts });
      else {
        parsed.add(name);
        parsing.push(parseAnew(name, entry));
      }
    } catch (error) {
      if (!(error instanceof MigratorError)) throw error;
      mistakes.set(name, error.diagnostics);
    }
  };

  const parseAnew = async (
    name: string,
    entry: Omit<Known<F>, "facts"> & { readonly rendered: Rendered },
  ): Promise<void> => {
    keep(name, { ...entry, facts: freshFacts(await parse(name, entry.rendered.text), outlines) });
  };
  const allParsed = async (): Promise<void> => {
    const running = parsing;
    parsing = [];
    await Promise.all(running);
  };

  const readPlain = (name: string): Rendered => {
    const content = tree.read(name);
    if (content?.kind === "mistake") throw new MigratorError([content.mistake]);
    if (content === undefined) throw changedMeanwhile(fileOf(name));
    const { text } = content;
    return {
      text,
      uses: [name],
      open: false,
      reads: [],
      variables: [],
      environment: [],
      generated: [],
      secrets: new Map(),
      locate: (offset) => ({ file: fileOf(name), ...positionAt(text, offset) }),
    };
  };

  /** The text of a component that is known from memory. */
  const renderKnown = (name: string, template: boolean, entry: Known<F>): Rendered => {
    const rendered = template ? renderTemplate(name) : readPlain(name);
    const same = template
      ? sha256(rendered.text) === entry.textSha256
      : tree.hashOf(name) === entry.uses[0]?.[1];
    if (!same) throw changedMeanwhile(fileOf(name));
    return rendered;
  };

  const present = (name: string, changed: boolean): Component<F> | undefined => {
    const entry = known.get(name);
    const placement = tree.files.get(name)?.placement;
    if (entry === undefined || !placement || !isRead(placement)) return undefined;
    let rendered = entry.rendered;
    const render = (): Rendered => {
      rendered ??= renderKnown(name, placement.template, entry);
      return rendered;
    };
    return {
      component: name,
      get file() {
        return fileOf(name);
      },
      schema: placement.kind === "component" ? placement.schema : null,
      matrix: placement.kind === "scoped" ? placement.matrix : null,
      changed,
      get facts() {
        return entry.facts.value();
      },
      text: () => render().text,
      locate: (offset) => render().locate(offset),
    };
  };

  const update = async (paths: Iterable<string>, newVariables: Variables | undefined): Promise<void> => {
    const { touched, membership } = tree.refresh(paths);
    const affected = new Set(touched);
    for (const name of touched) for (const user of users.get(name) ?? []) affected.add(user);
    for (const name of mistakes.keys()) affected.add(name);
    if (membership) for (const name of open) affected.add(name);
    const newHash = newVariables === undefined ? variablesHash : hashOf(newVariables);
    if (newVariables !== undefined && newHash !== variablesHash) {
      variables = newVariables;
      variablesHash = newHash;
      closeRenderer();
      for (const name of tree.files.keys()) if (name.endsWith(".jinja")) affected.add(name);
    } else renderer?.forget(touched);
    if (membership) {
      dirty = true;
      misplaced = misplacedFiles(config, tree.files.values());
    }
    for (const name of [...affected].sort(compareText)) visit(name);
    await allParsed();
  };

  const result = (previous: readonly Component<F>[]): Components<F> => {
    const components = patched(previous, visited, (name) => present(name, parsed.has(name)));
    visited = new Set(parsed);
    parsed = new Set();
    const own = [...mistakes].sort(([a], [b]) => compareText(a, b)).flatMap(([, list]) => list);
    const read = [...users].flatMap(([name, of]) => (of.size > 0 ? (readPath(config, name) ?? []) : []));
    const scoped = components.filter(({ matrix }) => matrix !== null);
    return {
      components: scoped.length === 0 ? components : components.filter(({ matrix }) => matrix === null),
      scoped,
      tree,
      reads: [...new Set([...read, ...(mistakes.size > 0 ? looked : [])])].sort(compareText),
      mistakes: distinct([...tree.mistakes(), ...misplaced, ...own]),
      update: async (paths, newVariables) => {
        await update(paths, newVariables);
        return result(components);
      },
      save: async () => {
        if (!dirty && savedCount === known.size && !differ(tree.hashes, savedFiles)) return;
        memory.save(tree.hashes, toRemember(known));
        dirty = false;
        savedCount = known.size;
        savedFiles = new Map(tree.hashes);
      },
    };
  };

  return {
    async readAll() {
      misplaced = misplacedFiles(config, tree.files.values());
      for (const name of tree.files.keys()) visit(name);
      await allParsed();
      // Most runs read once. What changes later is rendered by a new one, which registers little.
      closeRenderer();
    },
    result,
  };
}

/** Declares the same for all: templates below @NAME/ are rendered for each value. */
function isRead(placement: Placement): placement is Extract<Placement, { kind: "component" | "scoped" }> {
  return placement.kind === "component" || (placement.kind === "scoped" && !placement.template);
}

/** The previous components with those that were visited replaced, added or taken out; sorted as before. */
function patched<F>(
  previous: readonly Component<F>[],
  visited: ReadonlySet<string>,
  present: (name: string) => Component<F> | undefined,
): readonly Component<F>[] {
  const kept = visited.size === 0 ? previous : previous.filter(({ component }) => !visited.has(component));
  const news: Component<F>[] = [];
  for (const name of visited) {
    const component = present(name);
    if (component !== undefined) news.push(component);
  }
  if (news.length === 0) return kept;
  news.sort((a, b) => compareText(a.component, b.component));
  const merged: Component<F>[] = [];
  let at = 0;
  for (const component of kept) {
    for (
      let next = news[at];
      next && compareText(next.component, component.component) < 0;
      next = news[++at]
    ) {
      merged.push(next);
    }
    merged.push(component);
  }
  for (const next of news.slice(at)) merged.push(next);
  return merged;
}

function differ(
  now: ReadonlyMap<string, RememberedFile>,
  before: ReadonlyMap<string, RememberedFile>,
): boolean {
  for (const [name, { stamp, sha256: hash }] of now) {
    const known = before.get(name);
    if (known === undefined || known.stamp !== stamp || known.sha256 !== hash) return true;
  }
  return false;
}

function hashVariables(variables: Variables): string {
  const entries = Object.entries(variables).sort(([a], [b]) => compareText(a, b));
  return sha256(JSON.stringify(entries));
}

function distinct(mistakes: readonly Diagnostic[]): readonly Diagnostic[] {
  return [...new Map(mistakes.map((mistake) => [JSON.stringify(mistake), mistake])).values()];
}

function changedMeanwhile(file: string): MigratorError {
  return new MigratorError([
    {
      code: "file",
      message: "the file was changed while the command ran",
      file,
      fix: "run the command again",
    },
  ]);
}
