/** What a template may ask of the world outside its text and variables; whoever renders answers. */
import { MigratorError } from "../../graph/diagnostic.ts";

export interface ReadBytes {
  /** The path below the project's root, with forward slashes. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** How a CREATE statement of a component is written; each is the name of a filter. */
export const declarationForms = ["create", "create_or_replace", "create_with_no_data"] as const;
export type DeclarationForm = (typeof declarationForms)[number];

export type GeneratedKind = "uuid_v4" | "uuid_v7";

export interface RenderServices {
  /** The file that `read_file` and the like name; throws a MigratorError. `from` is the name of the template that calls. */
  readonly readFile: (path: string, from: string) => ReadBytes;
  /** The value of a declared environment variable, undefined where it is not set; throws where it is not declared. */
  readonly environment: (name: string) => string | undefined;
  /** A value that differs each time. A pinned build gives the recorded ones back in the order of their calls. */
  readonly generate: (kind: GeneratedKind) => string;
  /**
   * One CREATE statement of a component's text, the `which`th from 1 or, with null, the only one, without what is attached to it.
   * Throws a MigratorError.
   */
  readonly declaration: (text: string, which: number | null, form: DeclarationForm) => string;
  /** `refuse`: a secret is a mistake. `placeholder`: it prints as a variable of psql, `:'name'`. */
  readonly secrets: "refuse" | "placeholder";
  /** A text that `ident` takes for one name, dots and all: the schema of a value of a matrix, which comes from data. */
  readonly wholeName?: string | null;
}

function nothing(what: string): MigratorError {
  return new MigratorError([
    { code: "template-error", message: `${what} cannot be used here`, fix: "give the value as a variable" },
  ]);
}

/** Where the text itself is a component's. */
export function noDeclaration(): never {
  throw nothing("a filter that takes a CREATE statement out of a component");
}

/** For texts that may depend on nothing but files of their own kind and variables. */
export const noServices: RenderServices = {
  readFile: () => {
    throw nothing("a file");
  },
  environment: () => {
    throw nothing("an environment variable");
  },
  generate: () => {
    throw nothing("a value that differs each time");
  },
  declaration: noDeclaration,
  secrets: "refuse",
};

/** The same services for another render of the same text: what was generated comes back in its order. */
export function replaying(services: RenderServices, generated: readonly string[]): RenderServices {
  let next = 0;
  return { ...services, generate: () => generated[next++] ?? "00000000-0000-4000-8000-000000000000" };
}
