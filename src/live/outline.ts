/**
 * The short form of a component's facts in the working tree's memory: what tells whether its objects are as they were
 * applied last. The whole facts of a component are parsed only when something else is asked of it.
 */
import type { Attachment, DeclaredObject } from "../../graph/declared.ts";
import type { Identity } from "../../graph/identity.ts";
import { type AssembledComponent, isSettled } from "./assemble.ts";

type AttachmentOutline = readonly [key: string, hash: string];
type ObjectOutline = readonly [identity: Identity, hash: string, attachments: readonly AttachmentOutline[]];
export type ComponentOutline = readonly ObjectOutline[];

/** Null where joining the component to the others needs more of it. */
export function outlineOf(component: AssembledComponent): ComponentOutline | null {
  const { objects, loose } = component;
  if (loose.length > 0 || !objects.every((object) => isSettled(object))) return null;
  return objects.map(({ identity, hash, attachments }) => [
    identity,
    hash,
    attachments.map((attachment) => [attachment.key, attachment.hash]),
  ]);
}

export function componentOf(
  component: string,
  outline: ComponentOutline,
  whole: () => AssembledComponent,
): AssembledComponent {
  const objects = outline.map((object, i) =>
    objectOf(component, object, () => existing(whole().objects[i], component)),
  );
  return { component, settled: true, objects, loose: [] };
}

function objectOf(
  component: string,
  [identity, hash, attachments]: ObjectOutline,
  whole: () => DeclaredObject,
): DeclaredObject {
  return {
    identity,
    component,
    hash,
    attachments: attachments.map((attachment, i) =>
      attachmentOf(component, attachment, () => existing(whole().attachments[i], component)),
    ),
    get sql() {
      return whole().sql;
    },
    get offset() {
      return whole().offset;
    },
    get name() {
      return whole().name;
    },
    get orReplace() {
      return whole().orReplace;
    },
    get parts() {
      return whole().parts;
    },
    get references() {
      return whole().references;
    },
  };
}

function attachmentOf(
  component: string,
  [key, hash]: AttachmentOutline,
  whole: () => Attachment,
): Attachment {
  return {
    key,
    hash,
    component,
    get kind() {
      return whole().kind;
    },
    get sql() {
      return whole().sql;
    },
    get undo() {
      return whole().undo;
    },
    get offset() {
      return whole().offset;
    },
    get inline() {
      return whole().inline;
    },
    get references() {
      return whole().references;
    },
    get target() {
      return whole().target;
    },
  };
}

/** Outline and facts are written together. */
function existing<T>(part: T | undefined, component: string): T {
  if (part === undefined) throw new Error(`${component}: the memory holds an outline of other facts`);
  return part;
}
