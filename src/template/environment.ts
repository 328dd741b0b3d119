/** A minijinja environment that knows which files are registered in it, and where their text came from. */
import { createRequire } from "node:module";
import type { Environment } from "minijinja-js";
import { type Diagnostic, MigratorError } from "../../graph/diagnostic.ts";
import type { SecretSource } from "../config/secret-source.ts";
import {
  computed,
  type FilterContext,
  FilterRefusal,
  ident,
  json,
  literal,
  type Printed,
  raw,
  refuseEscape,
  sha256,
} from "./filters.ts";
import { type FunctionRecord, functionNames, templateFunctions } from "./functions.ts";
import { mayMisprint } from "./landing.ts";
import type { Marks } from "./marks.ts";
import { createOpaqueValues, tracesOpaque } from "./opaque.ts";
import { type Prepared, splice } from "./pieces.ts";
import { markedData, preparePlainFile, prepareTemplate } from "./prepared.ts";
import type { PrintMarks } from "./printed.ts";
import { type TemplateReferences, templateReferences } from "./references.ts";
import { hideSecrets } from "./secret-names.ts";
import type { RenderServices } from "./services.ts";
import type { SourcePlace } from "./source-place.ts";
import { undefinedMark } from "./tags.ts";
import { isTrap } from "./too-large.ts";

/** Files by name: the path below the components folder, with forward slashes. */
export type TemplateSources = Pick<ReadonlyMap<string, string>, "get" | "keys">;

/** What one render took and made, also where it failed. */
export interface RenderRecord extends FunctionRecord {
  /** Every file that was read, in the order of first use. */
  readonly uses: Set<string>;
  /** By the name of the psql variable. */
  readonly secrets: Map<string, SecretSource>;
  /** Whether something was printed that cannot stand everywhere, and may have landed where it cannot. */
  delicate: boolean;
}

interface RawRender {
  readonly text: string;
  readonly record: RenderRecord;
}

export interface TemplateEnvironment {
  /** Registers a template and all that its text names. Errors of single files are kept in `broken`. */
  register(name: string): void;
  /** Forgets a file, so that it is read anew. */
  forget(name: string): void;
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
}

/** `place` is null where only minijinja knows it. */
export type Refusal =
  | { readonly kind: "refused"; readonly diagnostic: Diagnostic; readonly place: SourcePlace | null }
  /** `path` is null where the value has no name of its own. */
  | { readonly kind: "undefined"; readonly path: string | null; readonly place: SourcePlace | null };

type BrokenTemplate =
  | { readonly kind: "unreadable"; readonly error: MigratorError }
  | { readonly kind: "too large" }
  | { readonly kind: "syntax"; readonly message: string; readonly prepared: Prepared };

/** For a render that tells more than its text. */
export interface Markings {
  /** Where the text comes from. */
  readonly places?: Marks;
  /** What tags printed. */
  readonly prints?: PrintMarks;
}

/** Steps of minijinja that one template may take, some seconds of work; a hundred thousand statements need four million. */
const mostSteps = 40_000_000;
const undefinedValue = "\u{10ffff}undefined";
/** minijinja refuses to convert it, which is the one way to fail a filter that leaves the environment sound. */
const refused = 2n ** 100n;
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
  { places, prints }: Markings = {},
): TemplateEnvironment {
  const environment = openEnvironment();
  const opaque = createOpaqueValues();
  const values = hideSecrets(variables, opaque);
  const prepared = new Map<string, Prepared>();
  const references = new Map<string, TemplateReferences>();
  const broken = new Map<string, BrokenTemplate>();
  const plainTexts = new Map<string, string>();
  /** Files inside whose quotes and comments something may be printed. */
  const delicate = new Set<string>();
  let record = emptyRecord();
  let refusal: Refusal | undefined;
  /** A bug in a filter: thrown on after the render, for an exception inside would spoil the environment. */
  const unexpected: unknown[] = [];
  let allRegistered = false;

  /** Answers minijinja, which must never see an exception. */
  const guarded = (place: SourcePlace | null, work: () => unknown): unknown => {
    try {
      return work();
    } catch (error) {
      if (error instanceof FilterRefusal) {
        const { message, fix, code } = error;
        refusal ??= { kind: "refused", diagnostic: { code, message, fix }, place };
      } else if (error instanceof MigratorError && error.diagnostics[0] !== undefined) {
        refusal ??= { kind: "refused", diagnostic: error.diagnostics[0], place };
      } else unexpected.push(error);
      return refused;
    }
  };
  const undefinedAt = (path: string | null, place: SourcePlace | null): unknown => {
    refusal ??= { kind: "undefined", path, place };
    return refused;
  };
  const context: FilterContext = {
    opaque: (text) => opaque.of(text),
    printSecret(secret) {
      if (services.secrets === "refuse") {
        throw new FilterRefusal(
          "a secret cannot be written into a component: everyone who may read the catalog could read it",
          "read it where it is needed at run time, from a table or a setting that only its reader may see",
          "secret",
        );
      }
      record.secrets.set(secret.name, secret.source);
    },
  };
  /** A value without the marks of captured text. */
  const clean = (value: unknown): unknown => {
    if (typeof value === "string") {
      const text = places === undefined ? value : places.strip(value);
      if (prints === undefined) return text;
      const captured = prints.placeholderIn(text);
      if (captured !== undefined) throw computed();
      return prints.strip(text);
    }
    return Array.isArray(value) ? value.map(clean) : value;
  };
  /** An argument of a function, which must know it. */
  const known = (value: unknown): unknown => {
    if (typeof value === "string" && tracesOpaque(value)) throw computed(opaque.of(value));
    return clean(value);
  };
  const mark = (printed: Printed, place: SourcePlace | null): string => {
    if (printed.form === "word" || printed.form === "text") return printed.text;
    if (printed.form !== "identifier" || /["'\\\n\r*]/.test(printed.text)) record.delicate = true;
    return prints === undefined || place === null ? printed.text : prints.wrap({ ...printed, place });
  };
  const filters: Readonly<Record<string, (value: unknown) => Printed | string>> = {
    ident: (value) => ident(value, context),
    literal: (value) => literal(value, context),
    raw: (value) => raw(value, context),
    json: (value) => json(value, context),
    sha256: (value) => sha256(value, context),
    print: (value) => literal(value, context),
    plain: (value) => raw(value, context),
  };
  for (const [name, filter] of Object.entries(filters)) {
    const answer = (value: unknown, place: SourcePlace | null): unknown => {
      if (value === undefinedValue) return undefinedAt(null, place);
      return guarded(place, () => {
        const made = filter(clean(value));
        return typeof made === "string" ? made : mark(made, place);
      });
    };
    // By its own name for `map` and `filter`, which name a filter as a text.
    environment.addFilter(name, (value: unknown) => answer(value, null));
    environment.addFilter(`__${name}`, (value: unknown, file: string, offset: number) =>
      answer(value, { name: file, offset }),
    );
  }
  for (const [name, replace] of [
    ["create", false],
    ["create_or_replace", true],
  ] as const) {
    environment.addFilter(name, (value: unknown, which: unknown) =>
      guarded(null, () => services.declaration(String(clean(value)), Number(which ?? 1), replace)),
    );
  }
  environment.addFilter("tojson", (value: unknown) => guarded(null, () => json(clean(value), context)));
  for (const name of ["escape", "e"]) environment.addFilter(name, () => guarded(null, refuseEscape));
  for (const name of functionNames) {
    environment.addGlobal(`__${name}`, (file: string, offset: number, ...args: unknown[]) =>
      guarded({ name: file, offset }, () =>
        templateFunctions[name](file, args.map(known), { services, opaque, record: () => record }),
      ),
    );
  }
  environment.addGlobal("__use", (name: string) => void record.uses.add(name));
  environment.addGlobal("__missing", (path: string, name: string, offset: number) =>
    undefinedAt(path, { name, offset }),
  );
  environment.addGlobal("__computed", (path: string, name: string, offset: number) =>
    guarded({ name, offset }, () => {
      throw computed({ kind: "secret", path, name: path, source: { env: "" } });
    }),
  );
  environment.addFilter("__joined", (_value: unknown, name: string, offset: number) =>
    guarded({ name, offset }, () => {
      throw new FilterRefusal(
        "joining a name or literal with ~ makes a value again, which prints as a text in quotes",
        "join outside: {{ a | ident }}.{{ b | ident }}, or inside: {{ [a, b] | ident }}; {{ (… ~ …) | raw }} prints it as it is",
      );
    }),
  );
  environment.addGlobal("__autoescape", (name: string, offset: number) =>
    guarded({ name, offset }, () => {
      throw new FilterRefusal(
        "autoescape has no meaning here: values print as SQL literals",
        "take the block away; {{ value | raw }} prints a value as it is",
      );
    }),
  );
  environment.addGlobal("__text", (name: string) => {
    const text = plainTexts.get(name) ?? "";
    return places === undefined ? text : markedData(text, name, 0, text.length, places);
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
    const text = template ? prepareTemplate(name, source, places ?? null) : preparePlainFile(name);
    references.set(name, template ? templateReferences(source) : noReferences);
    if (mayMisprint(source, template)) delicate.add(name);
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
    render(name) {
      record = emptyRecord();
      refusal = undefined;
      unexpected.length = 0;
      try {
        const text = quietly(() => environment.renderTemplate(name, values));
        record.delicate &&= record.secrets.size > 0 || [...record.uses].some(mayMisplace);
        return { text, record };
      } catch (error) {
        throw unexpected.length === 0 ? error : unexpected[0];
      }
    },
    record: () => record,
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

function emptyRecord(): RenderRecord {
  return {
    uses: new Set(),
    secrets: new Map(),
    reads: new Map(),
    environment: new Set(),
    generated: [],
    delicate: false,
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
