/** Roles as they stand in statements. */
import type { RoleSpec } from "@pgsql/types";
import { quoteIdentifier } from "../../graph/quote.ts";

export function roleText(role: RoleSpec | undefined): string {
  switch (role?.roletype) {
    case "ROLESPEC_PUBLIC":
      return "public";
    case "ROLESPEC_CURRENT_USER":
      return "current_user";
    case "ROLESPEC_CURRENT_ROLE":
      return "current_role";
    case "ROLESPEC_SESSION_USER":
      return "session_user";
    default:
      return quoteIdentifier(role?.rolename ?? "");
  }
}
