/** Statements that do not belong in a component, and where they belong. */
import type { Node } from "@pgsql/types";

export interface Misplacement {
  readonly message: string;
  readonly fix: string;
}

const migration = "write it in a migration";

const creations: Readonly<Record<string, string>> = {
  CreateStmt: "CREATE TABLE",
  CreateTableAsStmt: "CREATE TABLE AS",
  CreateForeignTableStmt: "CREATE FOREIGN TABLE",
  CreateSeqStmt: "CREATE SEQUENCE",
  CreateSchemaStmt: "CREATE SCHEMA",
  CreateExtensionStmt: "CREATE EXTENSION",
  CreateRoleStmt: "CREATE ROLE",
  CreateDomainStmt: "CREATE DOMAIN",
  CreateEnumStmt: "CREATE TYPE",
  CompositeTypeStmt: "CREATE TYPE",
  CreateRangeStmt: "CREATE TYPE",
  DefineStmt: "CREATE TYPE, OPERATOR, COLLATION or the like",
  CreateCastStmt: "CREATE CAST",
  CreateOpClassStmt: "CREATE OPERATOR CLASS",
  CreateOpFamilyStmt: "CREATE OPERATOR FAMILY",
  CreateConversionStmt: "CREATE CONVERSION",
  CreateTransformStmt: "CREATE TRANSFORM",
  CreateEventTrigStmt: "CREATE EVENT TRIGGER",
  CreateFdwStmt: "CREATE FOREIGN DATA WRAPPER",
  CreateForeignServerStmt: "CREATE SERVER",
  CreateUserMappingStmt: "CREATE USER MAPPING",
  CreatePublicationStmt: "CREATE PUBLICATION",
  CreateSubscriptionStmt: "CREATE SUBSCRIPTION",
  CreatePLangStmt: "CREATE LANGUAGE",
  CreateAmStmt: "CREATE ACCESS METHOD",
  AlterTableStmt: "this ALTER statement",
  InsertStmt: "INSERT",
  UpdateStmt: "UPDATE",
  DeleteStmt: "DELETE",
  MergeStmt: "MERGE",
  CopyStmt: "COPY",
  TruncateStmt: "TRUNCATE",
  DoStmt: "DO",
  CallStmt: "CALL",
  LockStmt: "LOCK TABLE",
  AlterDefaultPrivilegesStmt: "ALTER DEFAULT PRIVILEGES",
  GrantRoleStmt: "GRANT of a role",
  GrantStmt: "GRANT and REVOKE on something else than views and routines",
  CommentStmt: "COMMENT on something that this component does not declare",
  SecLabelStmt: "SECURITY LABEL on something that no component declares",
};

/** What to say of a statement that is neither a declaration nor an attachment. */
export function misplacement(node: Node): Misplacement {
  const tag = Object.keys(node)[0] ?? "";
  const particular = particularMisplacement(node);
  if (particular !== null) return particular;
  const words =
    creations[tag] ??
    tag
      .replace(/Stmt$/, "")
      .replace(/(?<=[a-z])(?=[A-Z])/g, " ")
      .toUpperCase();
  return { message: `${words} does not belong in a component`, fix: migration };
}

function particularMisplacement(node: Node): Misplacement | null {
  if ("TransactionStmt" in node) {
    return {
      message: "a component has no transaction of its own: the tool runs one transaction for the whole plan",
      fix: "remove BEGIN, COMMIT, ROLLBACK and SAVEPOINT",
    };
  }
  if ("DropStmt" in node || "DropRoleStmt" in node || "DropOwnedStmt" in node) {
    return {
      message: "DROP does not belong in a component: the tool drops what its file no longer declares",
      fix: "remove the statement; to drop the object remove its file; what is no component is dropped in a migration",
    };
  }
  if ("VariableSetStmt" in node) {
    const { name, kind } = node.VariableSetStmt;
    const resets = kind === "VAR_RESET" || kind === "VAR_RESET_ALL";
    return settingMisplacement(name, resets ? "RESET" : "SET");
  }
  if ("VacuumStmt" in node && node.VacuumStmt.is_vacuumcmd !== true) {
    return { message: "ANALYZE does not belong in a component", fix: migration };
  }
  if ("SelectStmt" in node && node.SelectStmt.intoClause !== undefined) {
    return { message: "SELECT INTO does not belong in a component", fix: migration };
  }
  if ("SelectStmt" in node) {
    return {
      message: "a query in a component does nothing",
      fix: "remove it; a query that changes something belongs in a migration, a check in a test",
    };
  }
  if ("RenameStmt" in node || "AlterObjectSchemaStmt" in node) {
    return {
      message: "a component is not renamed or moved by ALTER",
      fix: "change the name in the CREATE statement",
    };
  }
  if ("AlterPolicyStmt" in node) {
    return {
      message: "ALTER POLICY repeats what CREATE POLICY says",
      fix: "change the CREATE POLICY statement",
    };
  }
  if ("RefreshMatViewStmt" in node) {
    return {
      message: "REFRESH MATERIALIZED VIEW does not belong in a component",
      fix: "remove it: the tool fills what it creates; to refresh it once, write a migration",
    };
  }
  return null;
}

function settingMisplacement(name: string | undefined, verb: "SET" | "RESET"): Misplacement {
  if (name === "search_path") {
    return {
      message: `${verb} search_path does not belong in a component`,
      fix: 'set "searchPath" in migrator.json, or give the function a SET search_path clause of its own',
    };
  }
  return {
    message: `${[verb, name].filter((word) => word !== undefined).join(" ")} does not belong in a component`,
    fix: "remove it; a function can have a SET clause of its own",
  };
}

/** A syntax error at a backslash or a colon is often meant for psql; null where it is not. */
export function psqlMisplacement(text: string, offset: number): Misplacement | null {
  const command = /^\\[a-z!?+]+/i.exec(text.slice(offset, offset + 20))?.[0];
  if (command !== undefined) {
    return {
      message: `the psql command ${command} does not belong in a component`,
      fix: 'remove it; to include another file use a template: {% include "…" %}',
    };
  }
  const variable = /^:(['"]?)(\w+)\1/.exec(text.slice(offset, offset + 80))?.[0];
  if (variable === undefined) return null;
  return {
    message: `the psql variable ${variable} means nothing in a component`,
    fix: "use a template (.sql.jinja) with a variable of migrator.json: {{ name }}",
  };
}
