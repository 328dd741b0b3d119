/** Statements that change tables under the components: given by a person, run between the detaching and the binding. */

/** What a statement changes that dependents hold on to. Names as written; without a schema the search_path decides. */
export type AroundTarget =
  /** `columns` null: the whole relation goes; an empty list: it is only locked. */
  | {
      readonly kind: "relation";
      readonly schema: string | null;
      readonly name: string;
      readonly columns: readonly string[] | null;
      /** A column gets another type: what stores rows of the row type is in the way. */
      readonly retyped: boolean;
    }
  | {
      readonly kind: "constraint";
      readonly schema: string | null;
      readonly relation: string;
      readonly name: string;
    }
  | { readonly kind: "type"; readonly schema: string | null; readonly name: string };

/** Whose statement it is. */
export interface AroundOrigin {
  /** In reasons and messages: `--around`, or the name of a migration. */
  readonly label: string;
  /** Where it stands; null where no file holds it. */
  readonly place: { readonly file: string; readonly line: number; readonly column: number } | null;
  /** Whoever wrote it meant what it costs: only a rehearsal refuses a rewrite. */
  readonly meant: boolean;
}

export interface AroundStatement {
  readonly origin: AroundOrigin;
  /** As it is told and remembered. */
  readonly sql: string;
  /** As it is sent, where that differs: with the values of secrets. */
  readonly sent: string | null;
  readonly targets: readonly AroundTarget[];
  /** Where it may write a table anew: its text before and behind the table's name. */
  readonly onTable: { readonly before: string; readonly after: string } | null;
}
