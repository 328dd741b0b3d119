/** What is remembered of a component between runs. */
import type { Mistake } from "../sql/source.ts";
import type { AssembledComponent } from "./assemble.ts";

export interface Facts {
  readonly parsed: AssembledComponent;
  readonly mistakes: readonly Mistake[];
}
