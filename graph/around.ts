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

export interface AroundStatement {
  readonly sql: string;
  readonly targets: readonly AroundTarget[];
  /** Where it may write a table anew: its text before and behind the table's name. */
  readonly onTable: { readonly before: string; readonly after: string } | null;
}
