/** The files of a matrix as one of its values has them. What is the same for several values is rendered and parsed once. */
import { relative, sep } from "node:path";
import { compareText } from "../../graph/compare.ts";
import { type Diagnostic, MigratorError } from "../../graph/diagnostic.ts";
import type { Config } from "../config/config.ts";
import type { Component } from "../project/components.ts";
import { factsVersion } from "../project/facts-context.ts";
import { shownPath } from "../project/scan.ts";
import { componentServices, type TemplateValues } from "../project/template-services.ts";
import { sha256 } from "../project/text-file.ts";
import { readName } from "../project/working-tree.ts";
import { createRenderer, type Rendered, type Renderer } from "../template/renderer.ts";
import type { RenderServices } from "../template/services.ts";
import type { MatrixScope } from "../tenants/scope.ts";
import { describeScope, scopedName } from "../tenants/scoped-name.ts";
import type { FilesDigest } from "../tenants/settled-files.ts";
import type { Facts } from "./facts.ts";
import { canRelocate, relocate, renamed, standInPath } from "./relocate.ts";
import { type NormalText, normalText, ownNames } from "./shared-plan/own-names.ts";
import { readUntracked } from "./tracking.ts";
import { type FileSet, type Files, lazyParser } from "./workspace.ts";

export interface ScopeFiles extends FileSet {
  readonly scope: MatrixScope;
}

/** Results of a file that are kept: the values that come one after another are often alike, and there may be thousands. */
const kept = 8;

/** Files that the scopes' files were rendered from. */
export interface ScopeInputs {
  /** Names of the working tree (see `readName` for those outside components/) whose content counts, whether they are there or not. */
  readonly names: ReadonlySet<string>;
  /** True where a file that is not there yet could count. */
  readonly open: boolean;
}

/** `only`: paths of files; left out: all. */
export type ScopeReader = ((scope: MatrixScope, only?: ReadonlySet<string>) => Promise<ScopeFiles>) & {
  /** Of all that was read until now. */
  readonly inputs: () => ScopeInputs;
  /** What its files say, without parsing them; null where one of them cannot be read. */
  readonly digest: (scope: MatrixScope) => FilesDigest | null;
  /** Equal for values whose files say the same but for the schema of what they name without one; null where that cannot be told. */
  readonly shape: (scope: MatrixScope) => string | null;
  /** Of one file, by its name: equal for values of which it says the same but for their own names; null where there is no such file. */
  readonly normal: (scope: MatrixScope, name: string) => NormalText | null;
};

/** Reads scopes: what it keeps does not grow with their number. */
export function openScopes(config: Config, { variables, env }: TemplateValues, files: Files): ScopeReader {
  const { tree } = files;
  const shownFolder = shownPath(config, config.componentsFolder);
  const fileOf = (name: string): string => (shownFolder === "" ? name : `${shownFolder}/${name}`);
  const plain = new Map(files.scoped.map((component) => [component.component, component]));
  const renders = new Map<string, Kept<Rendered>>();
  const parses = new Map<string, Kept<Facts>>();
  const parse = lazyParser();
  let renderer: Renderer | undefined;
  let wholeName: string | null = null;
  const inputs = new Set<string>();
  let open = false;
  const services: RenderServices = {
    ...componentServices(config, env, (path) => {
      inputs.add(readName(relative(config.root, path).split(sep).join("/")));
    }),
    get wholeName() {
      return wholeName;
    },
  };

  const render = (name: string, scope: MatrixScope): Rendered => {
    const own = Object.keys(scope.variables).sort(compareText);
    const known = keptOf(renders, name);
    for (const [key, rendered] of known) if (renderKey(own, rendered, scope) === key) return rendered;
    renderer ??= createRenderer(tree.sources, variables, fileOf, services);
    wholeName = scope.schema;
    renderer.use({ ...variables, ...scope.variables });
    const rendered = renderer.render(name);
    for (const use of rendered.uses) inputs.add(use);
    for (const read of rendered.reads) inputs.add(readName(read.name));
    open ||= rendered.open;
    return keep(known, renderKey(own, rendered, scope), rendered);
  };

  /** Under the name that the component has for the scope. */
  const factsOf = async (
    name: string,
    text: string,
    component: string,
    { searchPath }: MatrixScope,
    once: Facts | null,
  ): Promise<Facts> => {
    const known = keptOf(parses, name);
    const [schema = ""] = searchPath;
    if (canRelocate(text, searchPath, config.searchPath)) {
      const key = JSON.stringify(text);
      const facts = once ?? known.get(key) ?? (await parse(name, text, standInPath(config.searchPath)));
      return relocate(once === null ? keep(known, key, facts) : facts, component, schema);
    }
    const key = JSON.stringify([text, searchPath]);
    const facts = known.get(key) ?? (await parse(name, text, searchPath));
    return renamed(keep(known, key, facts), component);
  };

  const read = async (name: string, scope: MatrixScope): Promise<Component<Facts>> => {
    const component = scopedName(name, scope.matrix, scope.key);
    const same = plain.get(name);
    const rendered = same === undefined ? render(name, scope) : null;
    const whole = rendered?.text ?? same?.text() ?? "";
    const facts = await factsOf(name, whole, component, scope, same?.facts ?? null);
    return {
      component,
      file: fileOf(name),
      schema: null,
      matrix: scope.matrix,
      changed: same?.changed ?? true,
      facts,
      text: () => whole,
      locate: (offset) => ({
        ...(rendered?.locate(offset) ?? same?.locate(offset) ?? { file: fileOf(name), line: 1, column: 1 }),
        scope: describeScope(scope.name),
      }),
    };
  };

  const named = [...tree.files.values()].sort((a, b) => compareText(a.name, b.name));
  const hashes = new WeakMap<object, string>();
  const untracked = [...readUntracked(config)].sort(compareText);
  const hashOf = (name: string, scope: MatrixScope): string => {
    const same = plain.get(name);
    const source = same ?? render(name, scope);
    const known = hashes.get(source);
    const hash = known ?? sha256(same === undefined ? (source as Rendered).text : same.text());
    hashes.set(source, hash);
    return hash;
  };
  const digest = (scope: MatrixScope): FilesDigest | null => digestOf(scope, scope.searchPath);
  const shape = (scope: MatrixScope): string | null => {
    for (const { name, placement } of named) {
      if (placement.kind !== "scoped" || placement.matrix !== scope.matrix) continue;
      if (!placement.template && !plain.has(name)) return null;
      const text = plain.get(name)?.text() ?? render(name, scope).text;
      if (!canRelocate(text, scope.searchPath, config.searchPath)) return null;
    }
    return digestOf(scope, config.searchPath)?.whole ?? null;
  };
  const normal = (scope: MatrixScope, name: string): NormalText | null => {
    const placement = tree.files.get(name)?.placement;
    if (placement?.kind !== "scoped" || placement.matrix !== scope.matrix) return null;
    if (!placement.template && !plain.has(name)) return null;
    const text = plain.get(name)?.text() ?? render(name, scope).text;
    const { said, named } = normalText(text, ownNames(scope));
    return { said: sha256(said), named };
  };
  const digestOf = (scope: MatrixScope, searchPath: readonly string[]): FilesDigest | null => {
    const reading = [factsVersion, searchPath, untracked];
    const each = new Map<string, string>();
    for (const { name, placement } of named) {
      if (placement.kind !== "scoped" || placement.matrix !== scope.matrix) continue;
      if (!placement.template && !plain.has(name)) return null;
      try {
        each.set(name, hashOf(name, scope));
      } catch (error) {
        if (error instanceof MigratorError) return null;
        throw error;
      }
    }
    return {
      whole: sha256(JSON.stringify([...reading, ...[...each].flat()])),
      reading: sha256(JSON.stringify(reading)),
      each,
    };
  };
  const readScope = async (scope: MatrixScope, only?: ReadonlySet<string>): Promise<ScopeFiles> => {
    const components: Component<Facts>[] = [];
    const mistakes: Diagnostic[] = [];
    for (const { name, placement } of tree.files.values()) {
      if (placement.kind !== "scoped" || placement.matrix !== scope.matrix) continue;
      if (only !== undefined && !only.has(name)) continue;
      // What cannot be read is a mistake of the files as a whole.
      if (!placement.template && !plain.has(name)) continue;
      try {
        components.push(await read(name, scope));
      } catch (error) {
        if (!(error instanceof MigratorError)) throw error;
        for (const one of error.diagnostics) mistakes.push({ ...one, scope: describeScope(scope.name) });
      }
    }
    components.sort((a, b) => compareText(a.component, b.component));
    return { scope, components, mistakes };
  };
  return Object.assign(readScope, { inputs: () => ({ names: inputs, open }), digest, shape, normal });
}

/** The latest results, by all that they follow from. */
type Kept<T> = Map<string, T>;

function keptOf<T>(all: Map<string, Kept<T>>, name: string): Kept<T> {
  const known = all.get(name) ?? new Map<string, T>();
  all.set(name, known);
  return known;
}

function keep<T>(known: Kept<T>, key: string, value: T): T {
  known.delete(key);
  known.set(key, value);
  for (const old of known.keys()) {
    if (known.size <= kept) break;
    known.delete(old);
  }
  return value;
}

/** A name that one scope has and another lacks is told by the names; else the variables that the templates name decide. */
function renderKey(
  own: readonly string[],
  { variables: named }: Rendered,
  { variables }: MatrixScope,
): string {
  const used = named.filter((name) => Object.hasOwn(variables, name)).map((name) => [name, variables[name]]);
  return JSON.stringify([own, used]);
}
