/** A minijinja environment that knows which files are registered in it, and where their text came from. */
import { createRequire } from "node:module";
import type { Environment } from "minijinja-js";
import { MigratorError } from "../../graph/diagnostic.ts";
import { FilterRefusal, filters } from "./filters.ts";
import type { Marks } from "./marks.ts";
import {
  markedData,
  type Prepared,
  preparePlainFile,
  prepareTemplate,
  splice,
  undefinedMark,
} from "./prepared.ts";
import { type TemplateReferences, templateReferences } from "./references.ts";
import type { SourcePlace } from "./source-place.ts";
import { isTrap } from "./too-large.ts";

/** Files by name: the path below the components folder, with forward slashes. */
export type TemplateSources = Pick<ReadonlyMap<string, string>, "get" | "keys">;

interface RawRender {
  readonly text: string;
  /** Every file that was read, in the order of first use. */
  readonly uses: ReadonlySet<string>;
}

export interface TemplateEnvironment {
  /** Registers a template and all that its text names. Errors of single files are kept in `broken`. */
  register(name: string): void;
  /** Forgets a file, so that it is read anew. */
  forget(name: string): void;
  /** Throws minijinja's own error; `refusal` then says whether a filter of this tool was the cause. */
  render(name: string): RawRender;
  /** Registers a prepared text in place of the file. */
  override(name: string, prepared: Prepared): void;
  /** Replaces a tag of a registered text by the text of another. */
  inline(name: string, start: number, end: number, included: string): Prepared | undefined;
  /** Why a filter of this tool, or a name that is not defined, failed the last render. */
  readonly refusal: () => Refusal | undefined;
  readonly prepared: ReadonlyMap<string, Prepared>;
  readonly references: ReadonlyMap<string, TemplateReferences>;
  /** Files that exist and cannot be used: what minijinja or the file system said. */
  readonly broken: ReadonlyMap<string, BrokenTemplate>;
}

type Refusal =
  | { readonly kind: "filter"; readonly message: string; readonly fix: string }
  /** `path` is null where the value has no name of its own; `place` is null where only minijinja knows it. */
  | { readonly kind: "undefined"; readonly path: string | null; readonly place: SourcePlace | null };

type BrokenTemplate =
  | { readonly kind: "unreadable"; readonly error: MigratorError }
  | { readonly kind: "too large" }
  | { readonly kind: "syntax"; readonly message: string; readonly prepared: Prepared };

/** Steps of minijinja that one template may take, some seconds of work; a hundred thousand statements need two million. */
const mostSteps = 20_000_000;
const undefinedValue = "\u{10ffff}undefined";
/** minijinja refuses to convert it, which is the one way to fail a filter that leaves the environment sound. */
const refused = 2n ** 100n;
const noReferences: TemplateReferences = {
  names: [],
  computed: false,
  optional: [],
  computedOptional: false,
};

export function createTemplateEnvironment(
  sources: TemplateSources,
  variables: Readonly<Record<string, unknown>>,
  marks: Marks | null,
): TemplateEnvironment {
  const environment = openEnvironment();
  const prepared = new Map<string, Prepared>();
  const references = new Map<string, TemplateReferences>();
  const broken = new Map<string, BrokenTemplate>();
  let uses = new Set<string>();
  const plainTexts = new Map<string, string>();
  let refusal: Refusal | undefined;
  /** A bug in a filter: thrown on after the render, for an exception inside would spoil the environment. */
  const unexpected: unknown[] = [];
  let allRegistered = false;

  for (const [name, filter] of Object.entries(filters)) {
    environment.addFilter(name, (value: unknown) => {
      if (value === undefinedValue) {
        refusal ??= { kind: "undefined", path: null, place: null };
        return refused;
      }
      try {
        return filter(marks !== null ? withoutMarks(value, marks) : value);
      } catch (error) {
        if (error instanceof FilterRefusal) {
          refusal ??= { kind: "filter", message: error.message, fix: error.fix };
        } else unexpected.push(error);
        return refused;
      }
    });
  }
  environment.addGlobal("__use", (name: string) => void uses.add(name));
  environment.addGlobal("__missing", (path: string, name: string, offset: number) => {
    refusal ??= { kind: "undefined", path, place: { name, offset } };
    return refused;
  });
  environment.addGlobal("__text", (name: string) => {
    const text = plainTexts.get(name) ?? "";
    return marks === null ? text : markedData(text, name, 0, text.length, marks);
  });
  environment.addGlobal(undefinedMark, undefinedValue);

  const registerOne = (name: string): void => {
    let source: string | undefined;
    try {
      source = sources.get(name);
    } catch (error) {
      if (!(error instanceof MigratorError)) throw error;
      broken.set(name, { kind: "unreadable", error });
      return;
    }
    if (source === undefined) return;
    const template = name.endsWith(".jinja");
    if (!template) plainTexts.set(name, source);
    const text = template ? prepareTemplate(name, source, marks) : preparePlainFile(name);
    references.set(name, template ? templateReferences(source) : noReferences);
    try {
      quietly(() => environment.addTemplate(name, text.text));
      prepared.set(name, text);
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      if (isTrap(error)) broken.set(name, { kind: "too large" });
      else broken.set(name, { kind: "syntax", message: error.message, prepared: text });
    }
  };

  const register = (top: string): void => {
    const seen = new Set([top]);
    for (const name of seen) {
      if (!prepared.has(name) && !broken.has(name)) registerOne(name);
      const known = references.get(name);
      if (known === undefined) continue;
      for (const other of known.names) seen.add(other);
      if (known.computed && !allRegistered) {
        allRegistered = true;
        for (const other of sources.keys()) seen.add(other);
      }
    }
  };

  return {
    register,
    forget(name) {
      environment.removeTemplate(name);
      prepared.delete(name);
      references.delete(name);
      broken.delete(name);
      allRegistered = false;
    },
    render(name) {
      uses = new Set();
      refusal = undefined;
      unexpected.length = 0;
      try {
        return { text: quietly(() => environment.renderTemplate(name, variables)), uses };
      } catch (error) {
        throw unexpected.length === 0 ? error : unexpected[0];
      }
    },
    override(name, text) {
      environment.addTemplate(name, text.text);
      prepared.set(name, text);
    },
    inline(name, start, end, included) {
      const outer = prepared.get(name);
      const inner = prepared.get(included);
      return outer === undefined || inner === undefined ? undefined : splice(outer, start, end, inner);
    },
    refusal: () => refusal,
    prepared,
    references,
    broken,
  };
}

/** minijinja is loaded at the first template: most runs render none. */
function openEnvironment(): Environment {
  const library: typeof import("minijinja-js") = createRequire(import.meta.url)("minijinja-js");
  const environment = new library.Environment();
  environment.undefinedBehavior = "strict";
  environment.keepTrailingNewline = true;
  environment.debug = true;
  environment.fuel = mostSteps;
  return environment;
}

/** A panic inside minijinja prints its stack to the console before it is thrown; the error that follows says enough. */
function quietly<T>(work: () => T): T {
  const print = console.error;
  console.error = () => {};
  try {
    return work();
  } finally {
    console.error = print;
  }
}

function withoutMarks(value: unknown, marks: Marks): unknown {
  if (typeof value === "string") return marks.strip(value);
  return Array.isArray(value) ? value.map((inner) => withoutMarks(inner, marks)) : value;
}
