/** Which values of a matrix the stages of a run work on. */
import { MigratorError } from "../../graph/diagnostic.ts";
import type { MatrixScope } from "../tenants/scope.ts";
import { selectScopes } from "../tenants/select-scopes.ts";
import type { StagedOptions } from "./scope-options.ts";

/** Without what fits no value of this matrix. */
export function knownHere(scopes: readonly MatrixScope[], selection: ReturnType<typeof selectionOf>) {
  const fits = (key: string): boolean => {
    try {
      selectScopes(scopes, { only: [key] });
      return true;
    } catch (error) {
      if (error instanceof MigratorError) return false;
      throw error;
    }
  };
  const keys = (given: readonly string[] | undefined) =>
    given?.flatMap((text) => (fits(text) ? [text] : text.split(",").filter(fits)));
  return {
    ...selection,
    only: keys(selection.only),
    except: keys(selection.except),
    canary: keys(selection.canary),
  };
}

export function selectionOf({ only, except, shard, canary }: StagedOptions, scopes: readonly MatrixScope[]) {
  const first = canary !== undefined && /^\d+$/.test(canary) && !scopes.some(({ key }) => key === canary);
  const canaries = first
    ? scopes.slice(0, Number(canary)).map(({ key }) => key)
    : canary === undefined
      ? undefined
      : [canary];
  return { only, except, shard, canary: canaries };
}
