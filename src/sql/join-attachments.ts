/** Joins attachments to the objects of the same component; the others stay loose. */
import type { Attachment, DeclaredObject, LooseTarget, ParsedComponent } from "../../graph/declared.ts";
import { type Identity, isChild, isRoutine } from "../../graph/identity.ts";
import type { TypeReference } from "../../graph/reference.ts";
import { looseTargetName, targetName } from "../../graph/syntax/retarget.ts";
import { builtinTypeName } from "../../graph/type-name.ts";
import { finishAttachment, type PendingAttachment } from "./attachment-draft.ts";
import type { Declaration } from "./declaration.ts";
import type { Source } from "./source.ts";

export function joinAttachments(
  source: Source,
  declarations: readonly Declaration[],
  pending: readonly PendingAttachment[],
): ParsedComponent {
  const attached = new Map<Declaration, Attachment[]>();
  for (const declared of declarations) {
    const name = targetName(declared.object.identity);
    attached.set(
      declared,
      declared.inline.map((draft) => finishAttachment(draft, name, source)),
    );
  }
  const loose: { target: LooseTarget; attachment: Attachment }[] = [];
  for (const { target, draft } of pending) {
    const found = findObject(source, declarations, target);
    const [only] = found;
    if (only === undefined) {
      const attachment = finishAttachment(draft, looseTargetName(target, source.defaultSchema), source);
      loose.push({ target, attachment });
    } else if (found.length > 1) {
      source.report({
        code: "foreign-attachment",
        message: `${target.name} is the name of ${found.length} routines of this component`,
        offset: draft.offset,
        fix: "give the argument types",
      });
    } else {
      attached.get(only)?.push(finishAttachment(draft, targetName(only.object.identity), source));
    }
  }
  const objects = declarations.map(
    (declared): DeclaredObject => ({
      ...declared.object,
      attachments: withoutRepeated(attached.get(declared) ?? []),
    }),
  );
  return { component: source.component, objects, loose };
}

/** Of statements that speak of the same thing the last counts. Options inside the CREATE statement stay. */
function withoutRepeated(attachments: readonly Attachment[]): readonly Attachment[] {
  const last = new Map(attachments.map((attachment) => [attachment.key, attachment]));
  return attachments.filter((attachment) => attachment.inline || last.get(attachment.key) === attachment);
}

/** The objects that the target can mean, of the first schema of the search_path that has any. */
function findObject(
  { searchPath, defaultSchema }: Source,
  declarations: readonly Declaration[],
  target: LooseTarget,
): readonly Declaration[] {
  const named = declarations.filter(({ object }) => means(target, object));
  if (named.length === 0 || target.schema !== null) return named;
  const path = searchPath.length === 0 ? [defaultSchema] : searchPath;
  const schema = path.find((candidate) => named.some(({ object }) => object.identity.schema === candidate));
  return named.filter(({ object }) => object.identity.schema === schema);
}

function means(target: LooseTarget, { identity, parts }: Declaration["object"]): boolean {
  if (identity.name !== target.name || !kindFits(target, identity)) return false;
  if (target.schema !== null && identity.schema !== target.schema) return false;
  if (isChild(identity)) return identity.relation === target.relation;
  if (!isRoutine(identity) || target.arguments === null) return true;
  if (parts.kind !== "function" && parts.kind !== "procedure" && parts.kind !== "aggregate") return false;
  const { argumentTypes } = parts;
  return (
    argumentTypes.length === target.arguments.length &&
    target.arguments.every((type, i) => sameType(type, argumentTypes[i]))
  );
}

function kindFits({ kinds }: LooseTarget, { kind }: Identity): boolean {
  return kinds.includes(kind);
}

/** A type without a schema may be that of any schema. */
function sameType(a: TypeReference, b: TypeReference | undefined): boolean {
  if (b === undefined) return false;
  const builtin = builtinTypeName(a);
  if (builtin !== null || builtinTypeName(b) !== null) return builtin === builtinTypeName(b);
  return (
    a.name === b.name &&
    a.array === b.array &&
    a.column === b.column &&
    (a.schema === null || b.schema === null || a.schema === b.schema)
  );
}
