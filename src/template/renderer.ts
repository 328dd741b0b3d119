/** Renders `.sql.jinja` files with minijinja, and finds the source of each place in what they render to. */
import { MigratorError } from "../../graph/diagnostic.ts";
import { createTemplateEnvironment, type TemplateEnvironment, type TemplateSources } from "./environment.ts";
import { explainFailure } from "./explain.ts";
import { readFailure } from "./failure.ts";
import { createLocator, type Locator } from "./locate.ts";
import { createMarks } from "./marks.ts";
import { type Position, positionAt } from "./position.ts";
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
  /** The source of an offset (UTF-16 units) in `text`: the template itself or a file that it includes. */
  locate(offset: number): SourcePosition;
}

export interface Renderer {
  /** Throws a MigratorError with code template-error, at the cause's own file, line and (where known) column. */
  render(name: string): Rendered;
  /** Makes the renderer read these files anew, after they were changed, added or removed. */
  forget(names: Iterable<string>): void;
}

/**
 * A renderer of the files in `sources`, whose names are paths below the components folder with forward slashes. Templates
 * name each other by these paths, also from a file in another folder; nothing outside can be read. A file whose name
 * does not end in `.jinja` is included as it is. Names that are not defined are errors.
 */
export function createRenderer(
  sources: TemplateSources,
  variables: Readonly<Record<string, unknown>>,
  fileOf: (name: string) => string = (name) => name,
): Renderer {
  let environment: TemplateEnvironment | undefined;

  const failure = (name: string): MigratorError =>
    explainFailure(name, {
      environment: createTemplateEnvironment(sources, variables, null),
      sourceOf: (other) => sources.get(other),
      names: () => sources.keys(),
      fileOf,
    });

  return {
    render(name) {
      environment ??= createTemplateEnvironment(sources, variables, null);
      environment.register(name);
      if (!environment.prepared.has(name)) {
        if (environment.broken.has(name)) throw failure(name);
        throw new MigratorError([
          {
            code: "file",
            message: "the template is gone",
            file: fileOf(name),
            fix: "run the command again",
          },
        ]);
      }
      let raw: { readonly text: string; readonly uses: ReadonlySet<string> };
      try {
        raw = environment.render(name);
      } catch (error) {
        if (!(error instanceof Error)) throw error;
        throw isTrap(error) ? tooLarge(fileOf(name)) : failure(name);
      }
      const used = withOptional(raw.uses, environment, sources);
      let locator: ((offset: number) => SourcePosition) | undefined;
      return {
        text: raw.text,
        ...used,
        locate(offset) {
          locator ??= locatorOf(name, raw.text, raw.uses, sources, variables, fileOf);
          return locator(offset);
        },
      };
    },
    forget(names) {
      for (const name of names) environment?.forget(name);
    },
  };
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
  sources: TemplateSources,
  variables: Readonly<Record<string, unknown>>,
  fileOf: (name: string) => string,
): (offset: number) => SourcePosition {
  const texts = new Map([...uses].map((use) => [use, sources.get(use) ?? ""]));
  const sourceOf = (other: string): string => texts.get(other) ?? sources.get(other) ?? "";
  const exact = markedLocator(name, text, sources, variables, texts.values(), sourceOf);
  const locate: Locator = (offset) => exact?.(offset) ?? similarLine(name, sourceOf(name), text, offset);
  return (offset) => {
    const place = locate(offset) ?? { name, offset: 0 };
    return { file: fileOf(place.name), ...positionAt(sourceOf(place.name), place.offset) };
  };
}

function markedLocator(
  name: string,
  text: string,
  sources: TemplateSources,
  variables: Readonly<Record<string, unknown>>,
  texts: Iterable<string>,
  sourceOf: (name: string) => string,
): Locator | undefined {
  const marks = createMarks([text, ...texts]);
  if (marks === undefined) return undefined;
  const environment = createTemplateEnvironment(sources, variables, marks);
  environment.register(name);
  try {
    return createLocator(text, environment.render(name).text, marks, sourceOf);
  } catch (error) {
    // A template that computes with captured text can fail on the marks; the line is then found by its text.
    if (error instanceof Error && readFailure(error.message, () => undefined) !== undefined) return undefined;
    throw error;
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
