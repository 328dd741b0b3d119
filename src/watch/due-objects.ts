/** Which objects a batch has to bring to the database. */
import type { DeclaredObject } from "../../graph/declared.ts";
import type { Identity } from "../../graph/identity.ts";
import { placementOf } from "../project/placement.ts";
import type { ProjectState } from "./project-state.ts";
import type { Selection } from "./selection.ts";

export interface Due {
  readonly judged: ReadonlySet<string> | null;
  readonly vanished?: ReadonlyMap<string, Identity>;
}

export const wholeSync: Due = { judged: null };

/** What is to be looked at in the database: what was touched, or all of the selection. */
export function dueObjects(
  state: ProjectState,
  selection: Selection,
  untracked: ReadonlySet<string>,
  all: boolean,
): Due & { readonly vanished: ReadonlyMap<string, Identity> } {
  const judged = new Set<string>();
  const vanished = new Map<string, Identity>();
  const { objects } = state.desired;
  const isMeant = ({ component }: DeclaredObject) => selection.has(component) && !untracked.has(component);
  if (all) for (const [key, object] of objects) if (isMeant(object)) judged.add(key);
  for (const [key, last] of state.touched) {
    if (!isMeant(last)) continue;
    if (objects.has(key)) judged.add(key);
    else vanished.set(key, last.identity);
  }
  return { judged, vanished };
}

/** The idempotent schemas that what is due stands in, by its components' places. */
export function dueSchemas(state: ProjectState, due: Due): readonly { readonly schema: string | null }[] {
  if (due.judged === null) return state.files.components;
  const components = new Set<string>();
  for (const key of due.judged) {
    const component = state.desired.objects.get(key)?.component;
    if (component !== undefined) components.add(component);
  }
  return [...components].map((component) => {
    const placement = placementOf(component);
    return { schema: placement.kind === "component" ? placement.schema : null };
  });
}
