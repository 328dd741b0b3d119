/** A minijinja environment that knows which files are registered in it, and where their text came from. */
import { createRequire } from "node:module";
import type { Environment } from "minijinja-js";
import { MigratorError } from "../../graph/diagnostic.ts";
import { bindTools, type Markings, type Refusal } from "./bindings.ts";
import { mayMisprint } from "./landing.ts";
import { createOpaqueValues } from "./opaque.ts";
import { type Prepared, splice, unprepared } from "./pieces.ts";
import { markedData, preparePlainFile, prepareTemplate } from "./prepared.ts";
import { emptyRecord, type RenderRecord } from "./record.ts";
import { type TemplateReferences, templateReferences } from "./references.ts";
import { hideSecrets } from "./secret-names.ts";
import type { RenderServices } from "./services.ts";
import { isTemplateName } from "./template-name.ts";
import { isTooLong, isTrap } from "./too-large.ts";

/** Files by name: the path below the components folder, with forward slashes. */
export type TemplateSources = Pick<ReadonlyMap<string, string>, "get" | "keys">;

interface RawRender {
  readonly text: string;
  readonly record: RenderRecord;
}

export interface TemplateEnvironment {
  /** Registers a template and all that its text names. Errors of single files are kept in `broken`. */
  register(name: string): void;
  /** Forgets a file, so that it is read anew. */
  forget(name: string): void;
  /** Renders with other variables from now on. */
  use(variables: Readonly<Record<string, unknown>>): void;
  /** Throws minijinja's own error; `refusal` then says whether this tool was the cause. */
  render(name: string): RawRender;
  /** What the last render took. */
  readonly record: () => RenderRecord;
  /** Registers a prepared text in place of the file. */
  override(name: string, prepared: Prepared): void;
  /** Replaces a tag of a registered text by the text of another. */
  inline(name: string, start: number, end: number, included: string): Prepared | undefined;
  /** Why a filter or function of this tool, or a name that is not defined, failed the last render. */
  readonly refusal: () => Refusal | undefined;
  readonly prepared: ReadonlyMap<string, Prepared>;
  readonly references: ReadonlyMap<string, TemplateReferences>;
  /** Files that exist and cannot be used: what minijinja or the file system said. */
  readonly broken: ReadonlyMap<string, BrokenTemplate>;
  /** Nothing is asked of it any more. Its functions hold it, out of the garbage collector's sight: it is never freed by itself. */
  close(): void;
}

type BrokenTemplate =
  | { readonly kind: "unreadable"; readonly error: MigratorError }
  | { readonly kind: "too large" }
  | { readonly kind: "syntax"; readonly message: string; readonly prepared: Prepared };

/** Steps of minijinja that one template may take, some seconds of work; a hundred thousand statements need four million. */
const mostSteps = 40_000_000;
const noReferences: TemplateReferences = {
  names: [],
  words: new Set(),
  computed: false,
  optional: [],
  computedOptional: false,
};

export function createTemplateEnvironment(
  sources: TemplateSources,
  variables: Readonly<Record<string, unknown>>,
  services: RenderServices,
  markings: Markings = {},
): TemplateEnvironment {
  const { places } = markings;
  const environment = openEnvironment();
  const opaque = createOpaqueValues();
  let values = hideSecrets(variables, opaque);
  const prepared = new Map<string, Prepared>();
  const references = new Map<string, TemplateReferences>();
  const broken = new Map<string, BrokenTemplate>();
  const plainTexts = new Map<string, string>();
  /** Files inside whose quotes and comments something may be printed. */
  const delicate = new Set<string>();
  let record = emptyRecord();
  let allRegistered = false;
  let trapped = false;
  const quietly = <T>(work: () => T): T => {
    try {
      return silenced(work);
    } catch (error) {
      trapped ||= error instanceof Error && (isTrap(error) || isTooLong(error));
      throw error;
    }
  };

  const tools = bindTools(environment, { services, opaque, markings, record: () => record });
  environment.addGlobal("__text", (name: string) => {
    const text = plainTexts.get(name) ?? "";
    return places === undefined ? text : markedData(text, name, 0, text.length, places);
  });

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
    const template = isTemplateName(name);
    if (!template) plainTexts.set(name, source);
    const text = template ? prepareTemplate(name, source, places ?? null) : preparePlainFile(name);
    references.set(name, template ? templateReferences(source) : noReferences);
    if (mayMisprint(source, template)) delicate.add(name);
    try {
      quietly(() => environment.addTemplate(name, text.text));
      prepared.set(name, text);
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      if (isTrap(error)) broken.set(name, { kind: "too large" });
      else broken.set(name, syntaxMistake(name, source, { message: error.message, prepared: text }));
    }
  };

  /** What minijinja says of the source itself, which knows nothing of what preparing inserted. */
  const syntaxMistake = (
    name: string,
    source: string,
    otherwise: { readonly message: string; readonly prepared: Prepared },
  ): BrokenTemplate => {
    try {
      quietly(() => environment.addTemplate(name, source));
      environment.removeTemplate(name);
      return { kind: "syntax", ...otherwise };
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      if (isTrap(error)) return { kind: "too large" };
      return { kind: "syntax", message: error.message, prepared: unprepared(name, source) };
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

  const mayMisplace = (name: string): boolean => {
    if (delicate.has(name)) return true;
    const words = references.get(name)?.words;
    // These can make quotes of what has none.
    return words !== undefined && ["raw", "safe", "filter"].some((word) => words.has(word));
  };

  return {
    register,
    forget(name) {
      environment.removeTemplate(name);
      prepared.delete(name);
      references.delete(name);
      broken.delete(name);
      delicate.delete(name);
      allRegistered = false;
    },
    use(others) {
      values = hideSecrets(others, opaque);
    },
    render(name) {
      record = emptyRecord();
      tools.begin();
      try {
        const text = quietly(() => environment.renderTemplate(name, values));
        record.delicate &&= record.secrets.size > 0 || [...record.uses].some(mayMisplace);
        return { text, record };
      } catch (error) {
        throw tools.unexpected() ?? error;
      }
    },
    record: () => record,
    override(name, text) {
      quietly(() => environment.addTemplate(name, text.text));
      prepared.set(name, text);
    },
    inline(name, start, end, included) {
      const outer = prepared.get(name);
      const inner = prepared.get(included);
      return outer === undefined || inner === undefined ? undefined : splice(outer, start, end, inner);
    },
    refusal: tools.refusal,
    prepared,
    references,
    broken,
    close() {
      // What a panic interrupted stays lent for ever.
      if (!trapped) environment.free();
    },
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
function silenced<T>(work: () => T): T {
  const print = console.error;
  console.error = () => {};
  try {
    return work();
  } finally {
    console.error = print;
  }
}
