/** A save in the picture: what it did to each node, and where its mistakes are. */
import type { Save } from "../../graph/picture/save.ts";
import type { Visible } from "../../graph/picture/visible.ts";
import type { StepKind } from "../../graph/step.ts";
import { stepDone } from "../../graph/step-words.ts";
import { h } from "./element.ts";
import type { Model } from "./model.ts";

/** The colour of what was done, the most telling first: of several steps of one object the first of these counts. */
const looks: readonly (readonly [StepKind, string])[] = [
  ["recreate", "recreated"],
  ["create", "created"],
  ["drop", "refused"],
  ["rename-column", "renamed"],
  ["replace", "replaced"],
  ["rebind", "rebound"],
  ["detach", "rebound"],
  ["restore", "rebound"],
  ["alter", "altered"],
  ["refresh", "altered"],
];

/** By key of a node: what was done to it. */
function done({ steps }: Save): ReadonlyMap<string, StepKind> {
  const kinds = new Map<string, StepKind>();
  for (const [kind] of looks)
    for (const step of steps)
      if (step.kind === kind && !step.auxiliary && !kinds.has(step.key)) kinds.set(step.key, kind);
  return kinds;
}

/** By item: the class of what was done to what it stands for; null where the save did nothing that can be seen. */
export function saveEffects(
  model: Model,
  save: Save,
  { itemOf }: Visible,
): ReadonlyMap<number, string> | null {
  const kinds = done(save);
  const classes = new Map<number, string>();
  for (const [kind, look] of looks)
    for (const [key, own] of kinds) {
      const item = own === kind ? itemOf[model.placeOf(key) ?? -1] : undefined;
      if (item !== undefined && !classes.has(item)) classes.set(item, `fx fx-${look}`);
    }
  return classes.size === 0 ? null : classes;
}

/** What the colours of the picture mean while a save is looked at. */
export function saveLegend(save: Save): readonly HTMLElement[] {
  const kinds = [...done(save).values()];
  const entry = (look: string, name: string, count: number): HTMLElement =>
    h("li", {}, h("span", { class: `dot fx-${look}` }), `${name} `, h("small", {}, `${count}`));
  const told = looks.flatMap(([kind, look]) => {
    const count = kinds.filter((one) => one === kind).length;
    return count === 0 ? [] : [entry(look, stepDone[kind], count)];
  });
  return [...told, entry("untouched", "kept", save.kept)];
}

/** Mistakes by the key of the node whose file they are in. */
export function errorsByNode({ errors }: Save): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, readonly string[]>();
  for (const { text, nodes } of errors)
    for (const key of nodes) found.set(key, [...(found.get(key) ?? []), text]);
  return found;
}
