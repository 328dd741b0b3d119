/** The script of a baseline from its nodes. */
import type { ExportNode } from "./export-node.ts";
import { type Marker, putBack } from "./markers.ts";

export interface BaselineText {
  /** A template where it includes files or holds variables. */
  readonly text: string;
  readonly doubts: readonly string[];
}

/** `files`: what a node that stands for a file includes, by its id. */
export function baselineText(
  nodes: readonly ExportNode[],
  files: ReadonlyMap<string, string>,
  markers: readonly Marker[],
): BaselineText {
  const doubts: string[] = [];
  const blocks = nodes.map(({ id, sql, name }) => {
    const file = files.get(id);
    // Its last statement need not have a semicolon.
    const include = file === undefined ? [] : [`{% include ${JSON.stringify(file)} %}\n;`];
    const statements = sql.map((statement) => {
      const back = putBack(statement, markers);
      for (const doubt of back.doubts) doubts.push(`${name}: ${doubt}`);
      return `${back.text};`;
    });
    return [...include, ...statements].join("\n");
  });
  const text = [
    "-- A baseline: the file `replaces` names the migrations that it stands for.\n-- A database that has them records it; only one that has none of them runs it.",
    // Functions are made before what their bodies name.
    "SET LOCAL check_function_bodies = off;",
    ...blocks,
    "SET LOCAL check_function_bodies TO DEFAULT;",
  ];
  return { text: `${text.join("\n\n")}\n`, doubts };
}
