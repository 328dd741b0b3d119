/** The rights that the planned objects need for certain: on what they are, and where they stand. */
import { describeForDdl } from "../../../graph/ddl-name.ts";
import type { DeclaredObject } from "../../../graph/declared.ts";
import { describeIdentity, type Identity, isChild, isRoutine } from "../../../graph/identity.ts";
import { rulesOf } from "../../../graph/kinds/rules.ts";
import { quoteIdentifier, quoteName } from "../../../graph/quote.ts";
import type { ObjectFacts, Owner } from "./facts.ts";
import type { Lack } from "./lack.ts";
import { grantMembership, grantOn, type Role } from "./role.ts";

export interface PlannedObject {
  readonly identity: Identity;
  /** Null for an object that goes. */
  readonly declared: DeclaredObject | null;
  readonly component: string | null;
  /** False where only what is attached to it changes. */
  readonly definition: boolean;
}

export function objectLacks(role: Role, planned: PlannedObject, facts: ObjectFacts): readonly Lack[] {
  const { identity, declared } = planned;
  const place = { component: planned.component, offset: declared?.offset ?? null };
  const what = describeIdentity(identity);
  const lacks: Lack[] = [];
  const { schema, owner } = facts;
  const joins = owner !== null && !owner.held && !owner.superuser && owner.creates;
  if (schema !== null && !(joins && needsOwner(planned, facts))) {
    const path = `SCHEMA ${quoteIdentifier(identity.schema)}`;
    const needed = (right: "USAGE" | "CREATE", why: string): Lack => ({
      message: `role ${role.name} lacks ${right} on schema ${identity.schema}, where ${what} ${why}`,
      mend: grantOn(right, path, role.name),
      ...place,
    });
    if (!schema.usage) lacks.push(needed("USAGE", "stands"));
    const makes = declared !== null && planned.definition && !isChild(identity);
    if (makes && !schema.create) lacks.push(needed("CREATE", "is to be made"));
  }
  if (owner === null || owner.held) return lacks;
  if (!needsOwner(planned, facts)) {
    if (identity.kind === "trigger" && !facts.trigger) {
      lacks.push({
        message: `role ${role.name} lacks TRIGGER on ${relationName(identity)}, which ${what} stands on`,
        mend: grantOn("TRIGGER", `TABLE ${relationName(identity)}`, role.name),
        ...place,
      });
    }
    return lacks;
  }
  lacks.push({
    message: isChild(identity)
      ? `${what} stands on a relation of ${owner.name}: role ${role.name} may not change that`
      : `${what} is owned by ${owner.name}: role ${role.name} may not change it`,
    mend: takeOver(role, owner, alterOwner(identity, facts)),
    ...place,
  });
  return lacks;
}

/**
 * A trigger that is dropped, disabled or commented on is the relation's owner's; to make one takes a privilege. Who owns
 * a schema may drop what others own in it.
 */
function needsOwner({ identity, declared }: PlannedObject, facts: ObjectFacts): boolean {
  if (!isChild(identity)) return facts.exists && !(declared === null && facts.schema?.held === true);
  if (identity.kind !== "trigger" || declared === null) return true;
  const attached = declared.attachments.some(({ kind }) => kind === "enabled" || kind === "comment");
  const remade = facts.exists && declared.parts.kind === "trigger" && declared.parts.constraint;
  return attached || remade;
}

function relationName(identity: Identity): string {
  return quoteName(identity.schema, isChild(identity) ? identity.relation : identity.name);
}

/** Membership in a superuser's role would give away more than the object. */
export function takeOver(role: Role, owner: Pick<Owner, "name" | "superuser">, alter: string): string {
  return owner.superuser
    ? `ALTER ${alter} OWNER TO ${quoteIdentifier(role.name)}`
    : grantMembership(owner.name, role);
}

function alterOwner(identity: Identity, facts: ObjectFacts): string {
  if (isRoutine(identity)) return `${rulesOf[identity.kind].noun} ${describeForDdl(identity)}`;
  return `${facts.noun ?? "TABLE"} ${relationName(identity)}`;
}
