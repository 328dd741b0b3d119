/** Turns existing objects into the files of components. */
import { compareText } from "../../graph/compare.ts";
import { compareIdentities, type Identity, identityKey, isChild } from "../../graph/identity.ts";
import type { LiveObject } from "../../graph/live.ts";
import { objectSource, type SourceOptions } from "../../graph/source/object-source.ts";
import { componentText } from "./component-text.ts";
import { fileLayout } from "./file-layout.ts";

export interface ImportedFile {
  /** The component's path, below components/. */
  readonly component: string;
  readonly identities: readonly Identity[];
  readonly text: string;
}

export interface Imported {
  /** Sorted by component. */
  readonly files: readonly ImportedFile[];
  /** What the files cannot say, for a person. */
  readonly omitted: readonly string[];
}

/** `isMeant` is asked with each object and the component that it would go to. */
export function importedFiles(
  objects: readonly LiveObject[],
  options: SourceOptions,
  isMeant: (identity: Identity, component: string) => boolean,
): Imported {
  const layout = fileLayout(objects.map(({ identity }) => identity));
  const byComponent = new Map<string, LiveObject[]>();
  for (const object of objects) {
    const component = layout.get(identityKey(object.identity));
    if (component === undefined || !isMeant(object.identity, component)) continue;
    byComponent.set(component, [...(byComponent.get(component) ?? []), object]);
  }
  const omitted: string[] = [];
  const files = [...byComponent]
    .sort(([a], [b]) => compareText(a, b))
    .map(([component, some]): ImportedFile => {
      const inOrder = [...some].sort(compareForFile);
      const sources = inOrder.map((object) => objectSource(object, options));
      for (const source of sources) omitted.push(...source.omitted);
      return {
        component,
        identities: inOrder.map(({ identity }) => identity),
        text: componentText(sources),
      };
    });
  return { files, omitted };
}

/** A view before what stands on it. */
function compareForFile({ identity: a }: LiveObject, { identity: b }: LiveObject): number {
  return Number(isChild(a)) - Number(isChild(b)) || compareIdentities(a, b);
}
