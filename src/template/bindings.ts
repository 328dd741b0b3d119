/** The filters and functions of this tool, as minijinja calls them. */
import type { Environment } from "minijinja-js";
import { type Diagnostic, MigratorError } from "../../graph/diagnostic.ts";
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
  secretRefused,
  sha256,
} from "./filters.ts";
import { functionNames, templateFunctions } from "./functions.ts";
import type { Marks } from "./marks.ts";
import { type OpaqueValues, tracesOpaque } from "./opaque.ts";
import type { PrintMarks } from "./printed.ts";
import type { RenderRecord } from "./record.ts";
import { declarationForms, type RenderServices } from "./services.ts";
import type { SourcePlace } from "./source-place.ts";
import { undefinedMark } from "./tags.ts";

/** `place` is null where only minijinja knows it. */
export type Refusal =
  | { readonly kind: "refused"; readonly diagnostic: Diagnostic; readonly place: SourcePlace | null }
  /** `path` is null where the value has no name of its own. */
  | { readonly kind: "undefined"; readonly path: string | null; readonly place: SourcePlace | null };

/** For a render that tells more than its text. */
export interface Markings {
  /** Where the text comes from. */
  readonly places?: Marks;
  /** What tags printed. */
  readonly prints?: PrintMarks;
}

export interface Tools {
  /** Before each render. */
  begin(): void;
  /** Why one of them, or a name that is not defined, failed the last render. */
  readonly refusal: () => Refusal | undefined;
  /** A bug in one of them; undefined where there was none. */
  readonly unexpected: () => unknown;
}

interface ToolContext {
  readonly services: RenderServices;
  readonly opaque: OpaqueValues;
  readonly markings: Markings;
  readonly record: () => RenderRecord;
}

type Answer = (work: () => unknown) => unknown;

const undefinedValue = "\u{10ffff}undefined";
/** minijinja refuses to convert it, which is the one way to fail a filter that leaves the environment sound. */
const refused = 2n ** 100n;

export function bindTools(environment: Environment, context: ToolContext): Tools {
  const { services, opaque, markings, record } = context;
  let refusal: Refusal | undefined;
  /** Thrown on after the render, for an exception inside would spoil the environment. */
  const unexpected: unknown[] = [];

  /** Runs what minijinja called; it must never see an exception. */
  const at =
    (place: SourcePlace | null): Answer =>
    (work) => {
      try {
        return work();
      } catch (error) {
        if (error instanceof FilterRefusal) {
          const isRefused = error.code === "secret" && services.secrets === "refuse";
          const { message, fix, code } = isRefused ? secretRefused() : error;
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
  const clean = cleaner(markings);
  const mark = (printed: Printed, place: SourcePlace | null): string => {
    if (printed.form === "word" || printed.form === "text") return printed.text;
    if (printed.form !== "identifier" || /["'\\\n\r*]/.test(printed.text)) record().delicate = true;
    const { prints } = markings;
    return prints === undefined || place === null ? printed.text : prints.wrap({ ...printed, place });
  };
  for (const [name, filter] of Object.entries(filtersOf(context))) {
    const answer = (value: unknown, place: SourcePlace | null): unknown => {
      if (value === undefinedValue) return undefinedAt(null, place);
      return at(place)(() => {
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
  for (const form of declarationForms) {
    environment.addFilter(form, (value: unknown, which: unknown) =>
      at(null)(() => services.declaration(String(clean(value)), which == null ? null : Number(which), form)),
    );
  }
  environment.addFilter("__joined", (_value: unknown, name: string, offset: number) =>
    at({ name, offset })(refuseJoin),
  );
  for (const name of ["escape", "e"]) environment.addFilter(name, () => at(null)(refuseEscape));
  for (const name of functionNames) {
    environment.addGlobal(`__${name}`, (file: string, offset: number, ...args: unknown[]) =>
      at({ name: file, offset })(() => {
        for (const arg of args) {
          if (typeof arg === "string" && tracesOpaque(arg)) throw computed(opaque.of(arg));
        }
        return templateFunctions[name](file, args.map(clean), { services, opaque, record });
      }),
    );
  }
  environment.addGlobal("__use", (name: string) => void record().uses.add(name));
  environment.addGlobal("__missing", (path: string, name: string, offset: number) =>
    undefinedAt(path, { name, offset }),
  );
  environment.addGlobal("__computed", (path: string, name: string, offset: number) =>
    at({ name, offset })(() => {
      throw computed({ kind: "secret", path, name: path, source: { env: "" } });
    }),
  );
  environment.addGlobal("__separator", (name: string, offset: number) =>
    at({ name, offset })(refuseSeparator),
  );
  environment.addGlobal("__autoescape", (name: string, offset: number) =>
    at({ name, offset })(refuseAutoescape),
  );
  environment.addGlobal(undefinedMark, undefinedValue);

  return {
    begin() {
      refusal = undefined;
      unexpected.length = 0;
    },
    refusal: () => refusal,
    unexpected: () => unexpected[0],
  };
}

/** Makes a value as it would be without the marks of captured text. */
function cleaner({ places, prints }: Markings): (value: unknown) => unknown {
  const clean = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(clean);
    if (typeof value !== "string") return value;
    const text = places === undefined ? value : places.strip(value);
    if (prints === undefined) return text;
    if (prints.placeholderIn(text) !== undefined) throw computed();
    return prints.strip(text);
  };
  return clean;
}

/** By their names for minijinja: `print` and `plain` are what `{{ … }}` does. */
function filtersOf({
  services,
  opaque,
  record,
}: ToolContext): Readonly<Record<string, (value: unknown) => Printed | string>> {
  const context: FilterContext = {
    opaque: (text) => opaque.of(text),
    get wholeName() {
      return services.wholeName ?? null;
    },
    printSecret(secret) {
      if (services.secrets === "refuse") throw secretRefused();
      record().secrets.set(secret.name, secret.source);
    },
  };
  return {
    ident: (value) => ident(value, context),
    literal: (value) => literal(value, context),
    raw: (value) => raw(value, context),
    json: (value) => json(value, context),
    tojson: (value) => json(value, context),
    sha256: (value) => sha256(value, context),
    print: (value) => literal(value, context),
    plain: (value) => raw(value, context),
  };
}

function refuseJoin(): never {
  throw new FilterRefusal(
    "joining a name or literal with ~ makes a value again, which prints as a text in quotes",
    "join outside: {{ a | ident }}.{{ b | ident }}, or inside: {{ [a, b] | ident }}; {{ (… ~ …) | raw }} prints it as it is",
  );
}

function refuseSeparator(): never {
  throw new FilterRefusal(
    "a text of signs prints as a literal, in quotes",
    'write {% if not loop.last %},{% endif %}, or {{ "," | raw if not loop.last }}',
  );
}

function refuseAutoescape(): never {
  throw new FilterRefusal(
    "autoescape has no meaning here: values print as SQL literals",
    "take the block away; {{ value | raw }} prints a value as it is",
  );
}
