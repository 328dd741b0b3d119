/** What two readings of the components differ in. Nothing is compared but references, so that thousands cost nothing. */
import { compareText } from "../../graph/compare.ts";
import type { Component } from "../project/components.ts";

export interface ChangedComponent<F> {
  readonly component: string;
  /** Null where it is gone. */
  readonly now: Component<F> | null;
}

/** Both lists are sorted by component. A component with the same facts did not change. */
export function changedComponents<F>(
  before: readonly Component<F>[],
  now: readonly Component<F>[],
): readonly ChangedComponent<F>[] {
  if (before === now) return [];
  const changed: ChangedComponent<F>[] = [];
  let i = 0;
  let j = 0;
  for (;;) {
    const old = before[i];
    const present = now[j];
    if (old === undefined && present === undefined) return changed;
    const order =
      old === present
        ? 0
        : old === undefined
          ? 1
          : present === undefined
            ? -1
            : compareText(old.component, present.component);
    if (order < 0 && old !== undefined) changed.push({ component: old.component, now: null });
    else if (present !== undefined && (order > 0 || (old !== present && old?.facts !== present.facts)))
      changed.push({ component: present.component, now: present });
    if (order <= 0) i++;
    if (order >= 0) j++;
  }
}
