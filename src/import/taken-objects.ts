/** What the database's version of drifted objects means for the statements of their files. */
import type { Attachment, DeclaredObject } from "../../graph/declared.ts";
import { type Identity, identityKey, isRoutine } from "../../graph/identity.ts";
import { isLiveRelation, type LiveObject } from "../../graph/live.ts";
import type { ObjectSource } from "../../graph/source/object-source.ts";
import { parseComponent } from "../sql/parse-component.ts";
import { parseSql } from "../sql/parser.ts";
import { componentText } from "./component-text.ts";
import type { SourceEdit } from "./source-edits.ts";
import { changeOptions } from "./view-options.ts";

/** A drifted object that a file declares. */
export interface TakenObject {
  readonly declared: DeclaredObject;
  /** Null where the database has it no more. */
  readonly live: LiveObject | null;
  /** The database's version with its owner; null where there is none. */
  readonly source: ObjectSource | null;
  /** Whether the definition differs. */
  readonly definition: boolean;
  /** Keys of the attachments that differ. */
  readonly attachments: readonly string[];
  /** True where `live` is another object, of the same name, that took its place: nothing that the file says of it holds. */
  readonly replaced: boolean;
}

export interface TakenEdit extends SourceEdit {
  /** What it is for: the first of the objects that the statement speaks of. */
  readonly identity: Identity;
}

/**
 * The edits of one component's rendered text. `objects` are all declared ones: a statement may attach to several, also to
 * those of other components.
 */
export function takenEdits(
  component: string,
  text: string,
  taken: readonly TakenObject[],
  objects: Iterable<DeclaredObject>,
): readonly TakenEdit[] {
  const outcome = parseSql(text);
  if (outcome.kind === "refused") throw new Error(`${component} was parsed before: ${outcome.message}`);
  const byKey = new Map(taken.map((one) => [identityKey(one.declared.identity), versionOf(one)]));
  const here = [...objects].flatMap((object) => placesIn(component, object));
  const edits: TakenEdit[] = [];
  for (const { start, end } of outcome.statements) {
    const inside = here.filter(({ offset }) => offset >= start && offset < end);
    const changed = inside.filter(({ object, attachment }) => {
      const version = byKey.get(identityKey(object.identity));
      return (
        version !== undefined &&
        (attachment === null ? version.create !== undefined : version.of(attachment) !== null)
      );
    });
    const [first] = changed;
    if (first === undefined) continue;
    const texts = inside.flatMap(({ object, attachment }) => {
      const version = byKey.get(identityKey(object.identity));
      if (attachment === null) return version?.create ?? [];
      return version?.of(attachment) ?? [attachment.sql];
    });
    const statements = [...new Set(texts)];
    edits.push({
      start,
      end,
      text: statements.length === 0 ? null : statements.join(";\n"),
      identity: first.object.identity,
    });
  }
  return edits;
}

interface Place {
  readonly object: DeclaredObject;
  /** Null for the CREATE statement itself. */
  readonly attachment: Attachment | null;
  readonly offset: number;
}

function placesIn(component: string, object: DeclaredObject): readonly Place[] {
  const own = object.component === component ? [{ object, attachment: null, offset: object.offset }] : [];
  const attached = object.attachments
    .filter((attachment) => attachment.component === component && !attachment.inline)
    .map((attachment) => ({ object, attachment, offset: attachment.offset }));
  return [...own, ...attached];
}

interface Version {
  /** What stands for the CREATE statement: nothing (an empty list) or a text; undefined where it stays. */
  readonly create: readonly string[] | undefined;
  /** The statements in the place of the attachment's; null where it stays. */
  of(attachment: Attachment): readonly string[] | null;
}

function versionOf({ declared, live, source, definition, attachments, replaced }: TakenObject): Version {
  if (live === null || source === null) return { create: [], of: () => [] };
  if (replaced) return { create: [source.create, ...source.attachments], of: () => [] };
  const changed = new Set(attachments);
  const present = attachmentsOf(source);
  const declaredKeys = new Set(declared.attachments.map(({ key }) => key));
  const options = definition
    ? []
    : declared.attachments.filter(({ key, inline }) => inline && changed.has(key));
  return {
    create: definition
      ? [source.create]
      : options.length > 0
        ? [withOptions(declared, live, options)]
        : undefined,
    of(attachment) {
      if (!changed.has(attachment.key)) return null;
      const same = present.get(attachment.key);
      if (same !== undefined) return [same.sql];
      if (attachment.kind !== "grant" && attachment.kind !== "revoke") return [];
      const grantee = granteeOf(attachment.key);
      return [...present.values()]
        .filter(({ kind, key }) => (kind === "grant" || kind === "revoke") && granteeOf(key) === grantee)
        .filter(({ key }) => !declaredKeys.has(key))
        .map(({ sql }) => sql);
    },
  };
}

/** By key, as if a component said them. */
function attachmentsOf(source: ObjectSource): ReadonlyMap<string, Attachment> {
  const { parsed } = parseComponent("database", componentText([source]), { searchPath: [] });
  return new Map(
    parsed.objects.flatMap((object) =>
      object.attachments.map((attachment) => [attachment.key, attachment] as const),
    ),
  );
}

function granteeOf(key: string): string {
  return / (?:to|from) (.*)$/.exec(key)?.[1] ?? "";
}

function withOptions(declared: DeclaredObject, live: LiveObject, options: readonly Attachment[]): string {
  const values = new Map(isLiveRelation(live) ? live.options : []);
  const names = options.map(({ key }) => key.replace(/^option /, ""));
  const changes = new Map(names.map((name) => [name, values.get(name) ?? null]));
  return changeOptions(declared.sql, declared.name.end, changes);
}

/** Whether line ends inside the statement's strings are those of a body. */
export function isRoutineEdit({ identity }: TakenEdit): boolean {
  return isRoutine(identity);
}
