/** The parts of a migration, by the names of the files in its folder: `up[.NUMBER][.MATRIX].sql[.jinja]`, and `down…` alike. */
import { join } from "node:path";
import { compareText } from "../../graph/compare.ts";
import type { Diagnostic } from "../../graph/diagnostic.ts";
import type { Config } from "../config/config.ts";
import { suggestWord } from "../config/nearest.ts";
import { shownPath } from "../project/scan.ts";
import type { Migration, Script } from "./migration.ts";

export type Part = Pick<Migration, "part" | "matrix" | "number" | "up" | "down">;

interface NamedScript extends Script {
  readonly matrix: string | null;
  readonly number: number;
}

const scriptName = /^(up|down)(?:\.(\d{1,4}))?(?:\.([A-Za-z_]\w*))?\.sql(\.jinja)?$/;

/** In the order in which they run. Empty, with a mistake, where there is none. */
export function readParts(
  config: Config,
  folder: string,
  names: ReadonlySet<string>,
  mistakes: Diagnostic[],
): readonly Part[] {
  const wrong = (message: string, name: string, fix: string) =>
    mistakes.push({ code: "migration", message, file: shownPath(config, join(folder, name)), fix });
  const told = mistakes.length;
  const scripts = new Map<string, NamedScript>();
  for (const name of [...names].sort(compareText)) {
    if (!/^(up|down)\..*\.sql(\.jinja)?$|^(up|down)\.sql(\.jinja)?$/.test(name)) continue;
    const [, direction, number, matrix, jinja] = scriptName.exec(name) ?? [];
    if (direction !== "up" && direction !== "down") {
      wrong(
        "the name of the script says no part",
        name,
        "name it up.sql, up.MATRIX.sql or up.NUMBER.MATRIX.sql, and its way back down.… alike",
      );
      continue;
    }
    if (matrix !== undefined && !Object.hasOwn(config.matrices, matrix)) {
      const known = Object.keys(config.matrices);
      wrong(
        `there is no matrix "${matrix}" in migrator.json`,
        name,
        known.length === 0 ? 'name it under "matrices" in migrator.json' : suggestWord(matrix, known),
      );
      continue;
    }
    const label = [number, matrix].filter((text) => text !== undefined).join(".");
    const key = `${direction} ${Number(number ?? 0)} ${matrix ?? ""}`;
    const same = scripts.get(key);
    if (same !== undefined)
      mistakes.push({
        code: "migration",
        message: `it has both ${same.fileName} and ${name}`,
        file: shownPath(config, folder),
        fix: "remove one of them",
      });
    scripts.set(key, {
      direction,
      label,
      fileName: name,
      path: join(folder, name),
      template: jinja !== undefined,
      matrix: matrix ?? null,
      number: Number(number ?? 0),
    });
  }
  const found = [...scripts];
  const parts = found.flatMap(([key, up]): readonly Part[] => {
    if (up.direction === "down") return [];
    const { label, matrix, number } = up;
    const down = scripts.get(key.replace("up", "down")) ?? null;
    return [{ part: label === "" ? "up" : `up.${label}`, matrix, number, up, down }];
  });
  if (parts.length === 0 && told === mistakes.length)
    mistakes.push({
      code: "migration",
      message: "the migration has no up.sql",
      file: shownPath(config, folder),
      fix: "write up.sql or up.sql.jinja in it, or remove the folder",
    });
  for (const [key, { direction, fileName }] of parts.length === 0 ? [] : found) {
    if (direction === "down" && !scripts.has(key.replace("down", "up")))
      wrong("it is the way back of no script", fileName, `write ${fileName.replace("down", "up")} beside it`);
  }
  return parts.sort((a, b) => a.number - b.number || compareText(a.matrix ?? "", b.matrix ?? ""));
}
