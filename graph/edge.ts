/** A link of the dependency graph as the text shows it. */
import type { ReferenceStrength } from "./reference.ts";

/** `from` needs `to`; both are identity keys. */
export interface Edge {
  readonly from: string;
  readonly to: string;
  readonly strength: ReferenceStrength;
  /** Where the text of `from` names `to`: UTF-16 units into the rendered text of its component. */
  readonly offset: number;
}
