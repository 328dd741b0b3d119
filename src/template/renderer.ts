/** Renders `.sql.jinja` files with minijinja, and finds the source of each place in what they render to. */
import { compareText } from "../../graph/compare.ts";
import { MigratorError } from "../../graph/diagnostic.ts";
import type { SecretSource } from "../config/secret-source.ts";
import { createTemplateEnvironment, type TemplateEnvironment, type TemplateSources } from "./environment.ts";
import { explainFailure, refusalError } from "./explain.ts";
import { readFailure } from "./failure.ts";
import { computed } from "./filters.ts";
import { firstMisprint } from "./landing.ts";
import { createLocator, type Locator } from "./locate.ts";
import { createMarks } from "./marks.ts";
import { tracesOpaque } from "./opaque.ts";
import { type Position, positionAt } from "./position.ts";
import { createPrintMarks, type PrintMarks } from "./printed.ts";
import type { RenderRecord } from "./record.ts";
import { noServices, type RenderServices, replaying } from "./services.ts";
import type { SourcePlace } from "./source-place.ts";
import { isTrap, tooLarge } from "./too-large.ts";

export interface SourcePosition extends Position {
  readonly file: string;
}

export interface Rendered {
  readonly text: string;
  /**
   * The names of all files that the text depends on, sorted: the template, every file that was read through include,
   * import, from and extends, and those that `ignore missing` or a list would have read if they existed.
   */
  readonly uses: readonly string[];
  /** True where a computed name may be missing: any new file could then change the text. */
  readonly open: boolean;
  /** The files that `read_file` and the like read: names below the project's root, and the sha256 of their bytes. */
  readonly reads: readonly { readonly name: string; readonly sha256: string }[];
  /** The variables, by their top-level names and sorted, that the templates name: those that the text depends on, or more. */
  readonly variables: readonly string[];
  /** The environment variables that were read, sorted. */
  readonly environment: readonly string[];
  /** The values that differ each time, in the order of their calls. */
  readonly generated: readonly string[];
  /** The secrets whose placeholders stand in the text, by the names of their psql variables. */
  readonly secrets: ReadonlyMap<string, SecretSource>;
  /** The source of an offset (UTF-16 units) in `text`: the template itself or a file that it includes. */
  locate(offset: number): SourcePosition;
}

export interface Renderer {
  /** Throws a MigratorError with code template-error, at the cause's own file, line and (where known) column. */
  render(name: string): Rendered;
  /** Renders with other variables from now on. What was rendered before stays as it was. */
  use(variables: Readonly<Record<string, unknown>>): void;
  /** Makes the renderer read these files anew, after they were changed, added or removed. */
  forget(names: Iterable<string>): void;
  /** Gives back its memory. What it rendered can still be located. */
  close(): void;
}

/** Renders one template with a renderer of its own. */
export function renderOnce(name: string, ...input: Parameters<typeof createRenderer>): Rendered {
  const renderer = createRenderer(...input);
  try {
    return renderer.render(name);
  } finally {
    renderer.close();
  }
}

/**
 * A renderer of the files in `sources`, whose names are paths below the components folder with forward slashes. Templates
 * name each other by these paths, also from a file in another folder; nothing outside can be read but through `services`.
 * A file whose name does not end in `.jinja` is included as it is. Names that are not defined are errors. The variables may
 * declare secrets (`secretSource`).
 */
export function createRenderer(
  sources: TemplateSources,
  firstVariables: Readonly<Record<string, unknown>>,
  fileOf: (name: string) => string = (name) => name,
  services: RenderServices = noServices,
): Renderer {
  let input: Input = { sources, variables: firstVariables, fileOf, services };
  let environment: TemplateEnvironment | undefined;
  let checking: Checking | undefined;

  return {
    render(name) {
      const { variables } = input;
      environment ??= createTemplateEnvironment(sources, variables, services);
      environment.register(name);
      if (!environment.prepared.has(name)) {
        if (environment.broken.has(name)) throw explained(name, input, services);
        throw new MigratorError([
          {
            code: "file",
            message: "the template is gone",
            file: fileOf(name),
            fix: "run the command again",
          },
        ]);
      }
      let raw: { readonly text: string; readonly record: RenderRecord };
      try {
        raw = environment.render(name);
      } catch (error) {
        if (!(error instanceof Error)) throw error;
        throw isTrap(error) ? tooLarge(fileOf(name)) : failure(name, input, environment);
      }
      const { text, record } = raw;
      const again: Input = { ...input, services: replaying(services, record.generated) };
      if (record.delicate) {
        checking ??= createChecking(input);
        checking.check(name, record.generated);
      }
      const located = (): ((offset: number) => SourcePosition) => locatorOf(name, text, record.uses, again);
      if (tracesOpaque(text)) throw computedSecret(located()(text.search(/[\u{10ffe0}-\u{10ffff}]/u)));
      const used = withOptional(record.uses, environment, sources);
      let locator: ((offset: number) => SourcePosition) | undefined;
      return {
        text,
        ...used,
        reads: [...record.reads].map(([file, sha256]) => ({ name: file, sha256 })).sort(byName),
        variables: namedVariables(record.uses, environment, variables),
        environment: [...record.environment].sort(compareText),
        generated: record.generated,
        secrets: record.secrets,
        locate(offset) {
          locator ??= located();
          return locator(offset);
        },
      };
    },
    use(variables) {
      input = { ...input, variables };
      environment?.use(variables);
      checking?.close();
      checking = undefined;
    },
    forget(names) {
      for (const name of names) {
        environment?.forget(name);
        checking?.forget(name);
      }
    },
    close() {
      environment?.close();
      checking?.close();
    },
  };
}

/** What a renderer was made with. */
interface Input {
  readonly sources: TemplateSources;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly fileOf: (name: string) => string;
  readonly services: RenderServices;
}

/** Why the last render of `environment` failed. */
function failure(
  name: string,
  { sources, variables, fileOf, services }: Input,
  environment: TemplateEnvironment,
): MigratorError {
  const context = { sourceOf: (other: string) => sources.get(other), fileOf };
  const refusal = environment.refusal();
  const placed = refusal && refusalError(refusal, context);
  if (placed !== undefined) return placed;
  const again = replaying(services, environment.record().generated);
  return explained(name, { sources, variables, fileOf, services }, again);
}

/** Why a template cannot be rendered, found by rendering it once more. */
function explained(
  name: string,
  { sources, variables, fileOf }: Input,
  services: RenderServices,
): MigratorError {
  const environment = createTemplateEnvironment(sources, variables, services);
  try {
    return explainFailure(name, {
      sourceOf: (other: string) => sources.get(other),
      fileOf,
      environment,
      names: () => sources.keys(),
    });
  } finally {
    environment.close();
  }
}

interface Checking {
  /** Renders a sound template once more, and throws where what it prints cannot stand where it landed. */
  check(name: string, generated: readonly string[]): void;
  forget(name: string): void;
  close(): void;
}

function createChecking({ sources, variables, fileOf, services }: Input): Checking {
  const prints = createPrintMarks();
  let generated: readonly string[] = [];
  let next = 0;
  const environment = createTemplateEnvironment(
    sources,
    variables,
    { ...services, generate: () => generated[next++] ?? "" },
    { prints },
  );
  return {
    check(name, values) {
      generated = values;
      next = 0;
      environment.register(name);
      const parts = printedParts(name, environment, prints);
      const refusal = environment.refusal();
      // Only where prints are marked does it show that a value was made of a secret.
      if (refusal?.kind === "refused" && refusal.diagnostic.code === "secret") {
        throw failure(name, { sources, variables, fileOf, services }, environment);
      }
      const misprint = firstMisprint(parts);
      if (misprint === undefined) return;
      const { run, code, message, fix } = misprint;
      const place = positionAt(sources.get(run.place.name) ?? "", run.place.offset);
      throw new MigratorError([{ code, message, file: fileOf(run.place.name), ...place, fix }]);
    },
    forget: (name) => environment.forget(name),
    close: environment.close,
  };
}

function printedParts(
  name: string,
  environment: TemplateEnvironment,
  prints: PrintMarks,
): ReturnType<PrintMarks["read"]> {
  try {
    return prints.read(environment.render(name).text);
  } catch (error) {
    // A template that computes with captured text can fail on the marks. Then nothing can be said of what it prints.
    if (error instanceof Error && readFailure(error.message, () => undefined) !== undefined) return [];
    throw error;
  } finally {
    prints.clear();
  }
}

function computedSecret(place: SourcePosition): MigratorError {
  const { code, message, fix } = computed();
  return new MigratorError([{ code, message, ...place, fix }]);
}

function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  return compareText(a.name, b.name);
}

function namedVariables(
  uses: Iterable<string>,
  environment: TemplateEnvironment,
  variables: Readonly<Record<string, unknown>>,
): readonly string[] {
  const named = new Set<string>();
  for (const name of uses) {
    for (const word of environment.references.get(name)?.words ?? []) {
      if (Object.hasOwn(variables, word)) named.add(word);
    }
  }
  return [...named].sort(compareText);
}

function withOptional(
  read: ReadonlySet<string>,
  environment: TemplateEnvironment,
  sources: TemplateSources,
): Pick<Rendered, "uses" | "open"> {
  const uses = new Set(read);
  let open = false;
  for (const name of read) {
    const references = environment.references.get(name);
    if (references === undefined) continue;
    for (const other of references.optional) {
      if (!environment.prepared.has(other) && sources.get(other) === undefined) uses.add(other);
    }
    open ||= references.computedOptional;
  }
  return { uses: [...uses].sort(), open };
}

/** Renders again with marks. The files are read anew: the render must give the same text, else nothing is exact. */
function locatorOf(
  name: string,
  text: string,
  uses: ReadonlySet<string>,
  input: Input,
): (offset: number) => SourcePosition {
  const { sources, fileOf } = input;
  const texts = new Map([...uses].map((use) => [use, sources.get(use) ?? ""]));
  const sourceOf = (other: string): string => texts.get(other) ?? sources.get(other) ?? "";
  const exact = markedLocator(name, text, input, texts.values(), sourceOf);
  const locate: Locator = (offset) => exact?.(offset) ?? similarLine(name, sourceOf(name), text, offset);
  return (offset) => {
    const place = locate(offset) ?? { name, offset: 0 };
    return { file: fileOf(place.name), ...positionAt(sourceOf(place.name), place.offset) };
  };
}

function markedLocator(
  name: string,
  text: string,
  { sources, variables, services }: Input,
  texts: Iterable<string>,
  sourceOf: (name: string) => string,
): Locator | undefined {
  const marks = createMarks([text, ...texts]);
  if (marks === undefined) return undefined;
  const environment = createTemplateEnvironment(sources, variables, services, { places: marks });
  try {
    environment.register(name);
    return createLocator(text, environment.render(name).text, marks, sourceOf);
  } catch (error) {
    // A template that computes with captured text can fail on the marks; the line is then found by its text.
    if (error instanceof Error && readFailure(error.message, () => undefined) !== undefined) return undefined;
    throw error;
  } finally {
    environment.close();
  }
}

/** The last line of the template that reads as the located line of the rendered text, or as one before it. */
function similarLine(name: string, source: string, text: string, offset: number): SourcePlace | undefined {
  const lines = text.slice(0, offset).split("\n");
  lines[lines.length - 1] += text.slice(offset).split("\n", 1)[0] ?? "";
  for (const line of lines.toReversed()) {
    const wanted = line.trim();
    const found = wanted === "" ? -1 : source.indexOf(wanted);
    if (found !== -1) return { name, offset: found };
  }
  return undefined;
}
