/**
 * Scripts on a live target, where components stand in the way: their statements run around the components, which are
 * detached, bound again and brought to the state of the files in the same transaction.
 */
import type { AroundStatement } from "../../graph/around.ts";
import { readAround } from "../sql/around-statements.ts";
import type { SourcePosition } from "../template/renderer.ts";
import type { ScriptStatement } from "./script-statements.ts";
import { maskPlaceholders } from "./secret-placeholders.ts";

export interface LiveScript {
  /** What messages call it. */
  readonly label: string;
  readonly statements: readonly ScriptStatement[];
  /** The source of an offset in the script's text; null for one that is stored in the database. */
  readonly locate: ((offset: number) => SourcePosition) | null;
  /** Replaces the placeholders of secrets. */
  readonly resolve: (sql: string) => string;
}

/** Whether the engine must do a part of it. */
export function hasBlock({ statements }: Pick<LiveScript, "statements">): boolean {
  return statements.some(({ part }) => part === "components");
}

/** Its statements without those that bring components along. `loadParser` must have been awaited. */
export function aroundScript({ statements, locate, resolve, label }: LiveScript): readonly AroundStatement[] {
  return statements
    .filter(({ part }) => part === "script")
    .flatMap(({ sql, start }): readonly AroundStatement[] => {
      const place = locate?.(start) ?? null;
      const origin = { label, place, meant: true };
      const sent = resolve(sql);
      return readAround(maskPlaceholders(sql), null, origin).map((statement) => ({
        ...statement,
        sql,
        sent: sent === sql ? null : sent,
      }));
    });
}
