/** What a statement's text names, before it is known which object that is. */

/** How much the statement needs what it names to be there when it runs. */
export type ReferenceStrength =
  /** PostgreSQL resolves the name when the statement runs, and records it. */
  | "hard"
  /** PostgreSQL resolves the name when the statement runs unless check_function_bodies is off: a quoted SQL body. */
  | "checked"
  /** The name is resolved when the code is executed: a plpgsql body, a built EXECUTE text. */
  | "soft";

/** The call as far as the text shows it. */
export interface CallShape {
  /** Number of positional and named arguments. */
  readonly count: number;
  /** One entry an argument: its type where the text shows it (`1::bigint`, a literal), else null. */
  readonly types: readonly (TypeReference | null)[];
  /** The names of named arguments (`f(x => 1)`), in order. */
  readonly names: readonly string[];
  /** VARIADIC before the last argument. */
  readonly variadic: boolean;
}

export interface TypeReference {
  readonly schema: string | null;
  readonly name: string;
  readonly array: boolean;
  /** `schema.name.column%TYPE`: the type of that column; `schema` and `name` are then those of the relation. */
  readonly column?: string;
}

export type Reference = NamedThing & {
  readonly strength: ReferenceStrength;
  /** UTF-16 units into the rendered text of the component. */
  readonly offset: number;
  /** The search_path of the function whose body holds the reference, where it sets one of its own. */
  readonly searchPath?: readonly string[];
};

type NamedThing =
  | { readonly kind: "relation"; readonly schema: string | null; readonly name: string }
  | {
      readonly kind: "routine";
      readonly schema: string | null;
      readonly name: string;
      /** Null where the text names the routine without calling it (`'f'::regproc`). */
      readonly call: CallShape | null;
    }
  | { readonly kind: "type"; readonly type: TypeReference }
  | { readonly kind: "operator"; readonly schema: string | null; readonly name: string }
  /** The distinct `name`s of `something.name`: columns nearly always, but it may be `name(something)` of a row. */
  | { readonly kind: "attributes"; readonly names: readonly string[] };
