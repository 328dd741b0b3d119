/** The role that a run works as, and the statements that would give it what it lacks. */
import { quoteIdentifier } from "../../../graph/quote.ts";
import type { Database } from "../database.ts";

export interface Role {
  readonly name: string;
  readonly superuser: boolean;
  /** Whether it uses the rights of the roles that it is a member of without SET ROLE. */
  readonly inherits: boolean;
  /** Of the server, 160000 for 16. */
  readonly version: number;
}

export async function readRole(database: Database): Promise<Role> {
  const [rows] = await database.batch([
    "select rolname as name, rolsuper as superuser, rolinherit as inherits from pg_catalog.pg_roles where rolname = current_user",
  ]);
  const row = rows?.[0];
  return {
    name: String(row?.name),
    superuser: row?.superuser === true,
    inherits: row?.inherits === true,
    version: database.version,
  };
}

/**
 * The word with which pg_has_role asks whether SET ROLE and OWNER TO are allowed. From 16 on a membership has a SET option;
 * before, every membership, inherited or not, allows both.
 */
export function setRight(role: Role): string {
  return role.version >= 160000 ? "'SET'" : "'MEMBER'";
}

/** Makes `member` own what `role` owns, and lets it act as that role. */
export function grantMembership(role: string, member: Role): string {
  const grant = `GRANT ${quoteIdentifier(role)} TO ${quoteIdentifier(member.name)}`;
  if (member.version >= 160000) return `${grant} WITH INHERIT TRUE, SET TRUE`;
  return member.inherits ? grant : `${grant}; ALTER ROLE ${quoteIdentifier(member.name)} INHERIT`;
}

export function grantOn(privileges: string, on: string, role: string): string {
  return `GRANT ${privileges} ON ${on} TO ${quoteIdentifier(role)}`;
}
