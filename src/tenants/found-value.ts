/** A value of a matrix as its source gives it, before anything is made of it. */
import type { Diagnostic } from "../../graph/diagnostic.ts";
import type { JsonNode, JsonValue } from "../config/json.ts";
import { nodeAt } from "../config/json.ts";
import { placeIn } from "../config/variables.ts";

export type Place = Pick<Diagnostic, "file" | "line" | "column">;

export interface FoundValue {
  readonly value: JsonValue;
  /** Where a path inside the value stands, as far as that is known. */
  readonly place: (path: readonly (string | number)[]) => Place;
  /** Whoever may write to a database must not make the tool read files and run programs: its rows declare no secrets. */
  readonly trusted: boolean;
}

/** What a source needs to say where it is wrong. */
export interface Telling {
  /** The matrix's name. */
  readonly matrix: string;
  readonly mistakes: Diagnostic[];
  /** Where a key of the matrix stands in migrator.json. */
  readonly configPlace: (path: readonly (string | number)[]) => Place;
}

/** The values of a list in a file. */
export function valuesIn(list: JsonNode, shown: string, text: string): readonly FoundValue[] {
  return list.members.map(({ node }) => ({
    value: node.value,
    place: (path) => placeIn(shown, text, nodeAt(node, path)),
    trusted: true,
  }));
}

/** Adds a mistake at a place. */
export function tell({ mistakes }: Telling, place: Place, message: string, fix: string): void {
  mistakes.push({ code: "usage", message, ...place, fix });
}
