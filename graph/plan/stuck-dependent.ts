/** A dependent that holds an object by something that PostgreSQL has no way to change. */
import { unreachable } from "../diagnostic.ts";
import type { Dependent } from "../live.ts";
import type { Problem } from "../step.ts";

/** Why nothing can be done for what has no binding, and what somebody can do. */
export function stuck(
  { part, description }: Extract<Dependent, { kind: "other" }>,
  what: string,
  using: string,
  goes: boolean,
): Pick<Problem, "message" | "fix"> {
  const keep = goes ? "bring back the component" : "keep its arguments and result as they are";
  switch (part) {
    case "partition key":
      return {
        message: `${what}: the partition key of ${description} needs it, and PostgreSQL cannot change one`,
        fix: `${keep}, or make a new partitioned table in a migration and move the rows`,
      };
    case "range type":
      return {
        message: `${what}: range ${description} needs it, and PostgreSQL cannot give a range type another function`,
        fix: `${keep}, or make a new range type in a migration and move the columns to it`,
      };
    case "operator class":
      return {
        message: `${what}: ${description} needs it, and indexes may rely on that`,
        fix: `${keep}, or drop the operator class with its indexes in a migration and make them again behind the change`,
      };
    case "domain":
      return {
        message: `${what}: ${description} is a domain over it, and PostgreSQL cannot give a domain another type`,
        fix: "drop the domain in a migration first, and make it again behind the change",
      };
    case "column":
    case null:
      return {
        message: `${what}: ${description} needs it${using}`,
        fix: description.startsWith("temporary ")
          ? "end that session, or let it drop that"
          : "change or drop the dependent in a migration first",
      };
    default:
      return unreachable(part, "part");
  }
}
