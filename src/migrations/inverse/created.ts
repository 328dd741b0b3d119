/** What a CREATE statement makes: one table, a row for each statement. */
import type { DefineStmt, Node, ObjectType, RangeVar, RoleSpec } from "@pgsql/types";
import { quoteIdentifier } from "../../../graph/quote.ts";
import { nameParts } from "../../../graph/syntax/syntax-tree.ts";
import { roleText } from "../../sql/role-text.ts";
import { parameterTexts, relationParts, typeText } from "./names.ts";
import { type Body, element, type Tag, tagOf } from "./node.ts";
import { objectClass } from "./object-class.ts";
import { type ObjectReference, referenceText } from "./object-reference.ts";

export interface Created {
  readonly reference: ObjectReference;
  /** Behind DROP, noun included. */
  readonly drop: string;
  readonly ifNotExists: boolean;
  readonly orReplace: boolean;
  /** It goes with the session that made it. */
  readonly temporary: boolean;
  readonly loses: string | null;
}

type Maker<T extends Tag> = (statement: Body<T>) => Created | null;

/** Null where the statement makes nothing that has a name in it. */
export function createdBy(node: Node): Created | null {
  const tag = tagOf(node) as Tag;
  // The table's rows have the types of their keys.
  const maker = makers[tag] as Maker<Tag> | undefined;
  return maker === undefined ? null : maker((node as Readonly<Record<Tag, Body<Tag>>>)[tag]);
}

const makers: { readonly [T in Tag]?: Maker<T> } = {
  CreateStmt: ({ relation, if_not_exists }) =>
    made("OBJECT_TABLE", relationParts(relation ?? {}), {
      ifNotExists: if_not_exists === true,
      temporary: isTemporary(relation),
      loses: `the rows of table ${relationName(relation)}`,
    }),
  CreateForeignTableStmt: ({ base }) =>
    made("OBJECT_FOREIGN_TABLE", relationParts(base?.relation ?? {}), {
      ifNotExists: base?.if_not_exists === true,
    }),
  CreateTableAsStmt: ({ into, objtype, if_not_exists }) =>
    made(objtype ?? "OBJECT_TABLE", relationParts(into?.rel ?? {}), {
      ifNotExists: if_not_exists === true,
      temporary: isTemporary(into?.rel),
      loses: objtype === "OBJECT_MATVIEW" ? null : `the rows of table ${relationName(into?.rel)}`,
    }),
  SelectStmt: ({ intoClause }) =>
    intoClause?.rel === undefined
      ? null
      : made("OBJECT_TABLE", relationParts(intoClause.rel), {
          temporary: isTemporary(intoClause.rel),
          loses: `the rows of table ${relationName(intoClause.rel)}`,
        }),
  ViewStmt: ({ view, replace }) =>
    made("OBJECT_VIEW", relationParts(view ?? {}), {
      orReplace: replace === true,
      temporary: isTemporary(view),
    }),
  CreateSeqStmt: ({ sequence, if_not_exists }) =>
    made("OBJECT_SEQUENCE", relationParts(sequence ?? {}), {
      ifNotExists: if_not_exists === true,
      temporary: isTemporary(sequence),
      loses: `the value that sequence ${relationName(sequence)} has reached`,
    }),
  IndexStmt: ({ idxname, relation, if_not_exists, concurrent }) => {
    if (idxname === undefined) return null;
    const parts = [...relationParts(relation ?? {}).slice(0, -1), idxname];
    const created = made("OBJECT_INDEX", parts, { ifNotExists: if_not_exists === true });
    return concurrent === true
      ? { ...created, drop: created.drop.replace(/^INDEX /, "INDEX CONCURRENTLY ") }
      : created;
  },
  CompositeTypeStmt: ({ typevar }) => made("OBJECT_TYPE", relationParts(typevar ?? {})),
  CreateEnumStmt: ({ typeName }) => made("OBJECT_TYPE", nameParts(typeName)),
  CreateRangeStmt: ({ typeName }) => made("OBJECT_TYPE", nameParts(typeName)),
  CreateDomainStmt: ({ domainname }) => made("OBJECT_DOMAIN", nameParts(domainname)),
  CreateSchemaStmt: ({ schemaname, authrole, if_not_exists }) =>
    made("OBJECT_SCHEMA", [schemaname ?? authrole?.rolename ?? ""], { ifNotExists: if_not_exists === true }),
  CreateExtensionStmt: ({ extname = "", if_not_exists }) =>
    made("OBJECT_EXTENSION", [extname], { ifNotExists: if_not_exists === true }),
  CreateFunctionStmt: ({ is_procedure, replace, funcname, parameters }) =>
    made(is_procedure === true ? "OBJECT_PROCEDURE" : "OBJECT_FUNCTION", nameParts(funcname), {
      arguments: parameterTexts(parameters, is_procedure === true),
      orReplace: replace === true,
    }),
  DefineStmt: defined,
  CreateTrigStmt: ({ trigname = "", relation, replace }) =>
    made("OBJECT_TRIGGER", [...relationParts(relation ?? {}), trigname], { orReplace: replace === true }),
  RuleStmt: ({ rulename = "", relation, replace }) =>
    made("OBJECT_RULE", [...relationParts(relation ?? {}), rulename], { orReplace: replace === true }),
  CreatePolicyStmt: ({ policy_name = "", table }) =>
    made("OBJECT_POLICY", [...relationParts(table ?? {}), policy_name]),
  CreateRoleStmt: ({ role = "" }) => made("OBJECT_ROLE", [role]),
  CreateCastStmt: ({ sourcetype, targettype }) =>
    made("OBJECT_CAST", [typeText(sourcetype), typeText(targettype)]),
  CreateTransformStmt: ({ type_name, lang = "", replace }) =>
    made("OBJECT_TRANSFORM", [typeText(type_name), lang], { orReplace: replace === true }),
  CreateOpClassStmt: ({ opclassname, amname = "" }) =>
    made("OBJECT_OPCLASS", [amname, ...nameParts(opclassname)]),
  CreateOpFamilyStmt: ({ opfamilyname, amname = "" }) =>
    made("OBJECT_OPFAMILY", [amname, ...nameParts(opfamilyname)]),
  CreateConversionStmt: ({ conversion_name }) => made("OBJECT_CONVERSION", nameParts(conversion_name)),
  CreateStatsStmt: ({ defnames, if_not_exists }) =>
    defnames === undefined
      ? null
      : made("OBJECT_STATISTIC_EXT", nameParts(defnames), { ifNotExists: if_not_exists === true }),
  CreatePublicationStmt: ({ pubname = "" }) => made("OBJECT_PUBLICATION", [pubname]),
  CreateSubscriptionStmt: ({ subname = "" }) => made("OBJECT_SUBSCRIPTION", [subname]),
  CreateEventTrigStmt: ({ trigname = "" }) => made("OBJECT_EVENT_TRIGGER", [trigname]),
  CreateFdwStmt: ({ fdwname = "" }) => made("OBJECT_FDW", [fdwname]),
  CreateForeignServerStmt: ({ servername = "", if_not_exists }) =>
    made("OBJECT_FOREIGN_SERVER", [servername], { ifNotExists: if_not_exists === true }),
  CreateUserMappingStmt: ({ user, servername = "", if_not_exists }) => ({
    ...made("OBJECT_USER_MAPPING", [userName(user), servername], { ifNotExists: if_not_exists === true }),
    drop: `USER MAPPING FOR ${roleText(user)} SERVER ${quoteIdentifier(servername)}`,
  }),
  CreateAmStmt: ({ amname = "" }) => made("OBJECT_ACCESS_METHOD", [amname]),
  CreatePLangStmt: ({ plname = "", replace }) =>
    made("OBJECT_LANGUAGE", [plname], { orReplace: replace === true }),
  CreateTableSpaceStmt: ({ tablespacename = "" }) => made("OBJECT_TABLESPACE", [tablespacename]),
  CreatedbStmt: ({ dbname = "" }) =>
    made("OBJECT_DATABASE", [dbname], { loses: `all that is in database ${quoteIdentifier(dbname)}` }),
};

/** CREATE AGGREGATE, OPERATOR, TYPE (base), COLLATION and TEXT SEARCH …: one node for all of them. */
function defined(statement: DefineStmt): Created {
  const { kind = "OBJECT_TYPE", defnames, args, definition, if_not_exists, replace } = statement;
  const type = (name: string): string => {
    const { arg } = element(definition, name) ?? {};
    return arg !== undefined && "TypeName" in arg ? typeText(arg.TypeName) : "NONE";
  };
  const options = { ifNotExists: if_not_exists === true, orReplace: replace === true };
  switch (kind) {
    case "OBJECT_OPERATOR":
      return made(kind, nameParts(defnames), { ...options, arguments: [type("leftarg"), type("rightarg")] });
    case "OBJECT_AGGREGATE": {
      const [list] = args ?? [];
      const parameters = list !== undefined && "List" in list ? (list.List.items ?? []) : [];
      return made(kind, nameParts(defnames), { ...options, arguments: parameterTexts(parameters, false) });
    }
    default:
      return made(kind, nameParts(defnames), options);
  }
}

interface MadeOptions {
  readonly arguments?: readonly string[];
  readonly ifNotExists?: boolean;
  readonly orReplace?: boolean;
  readonly temporary?: boolean;
  readonly loses?: string | null;
}

function made(type: ObjectType, parts: readonly string[], options: MadeOptions = {}): Created {
  const noun = objectClass(type)?.noun ?? "";
  const reference: ObjectReference = { type, noun, parts, arguments: options.arguments ?? null };
  return {
    reference,
    drop: `${noun} ${referenceText(reference)}`,
    ifNotExists: options.ifNotExists ?? false,
    orReplace: options.orReplace ?? false,
    temporary: options.temporary ?? false,
    loses: options.loses ?? null,
  };
}

function isTemporary(relation: RangeVar | undefined): boolean {
  return relation?.relpersistence === "t" || relation?.schemaname === "pg_temp";
}

function relationName(relation: RangeVar | undefined): string {
  return relationParts(relation ?? {})
    .map(quoteIdentifier)
    .join(".");
}

function userName(user: RoleSpec | undefined): string {
  return user?.roletype === "ROLESPEC_PUBLIC" ? "public" : (user?.rolename ?? roleText(user));
}
