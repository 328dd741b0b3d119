/** CREATE: what it made is dropped, unless it was there before. */
import type { CreateSchemaStmt, Node, RangeVar } from "@pgsql/types";
import { quoteIdentifier, quoteLiteral } from "../../../graph/quote.ts";
import { nameParts } from "../../../graph/syntax/syntax-tree.ts";
import { type Answer, askBefore, compareAround, none, nothing, texts, undo, undoLosing } from "./answer.ts";
import { type Created, createdBy } from "./created.ts";
import { existsExpression, findObject } from "./find-object.ts";
import { dotted, regclass, relationText } from "./names.ts";
import { type Body, element } from "./node.ts";
import { referenceText } from "./object-reference.ts";
import { undoReplace } from "./replace.ts";

export function undoCreate(node: Node): Answer {
  const created = createdBy(node);
  if (created === null) return none("the statement makes nothing that has a name");
  // A temporary object goes with the session that ran the script.
  if (created.temporary) return nothing;
  if (created.orReplace) return undoReplace(created);
  return created.ifNotExists ? unlessThere(created, dropCreated(created)) : dropCreated(created);
}

function dropCreated({ drop, loses }: Created): Answer {
  const sql = `DROP ${drop}`;
  return loses === null ? undo(sql) : undoLosing(loses, sql);
}

function unlessThere(created: Created, otherwise: Answer, exists?: string): Answer {
  const found = findObject(created.reference, "creation");
  const there = exists ?? (found === null ? null : existsExpression(found));
  if (there === null) return none(`whether ${referenceText(created.reference)} was there before`);
  return askBefore(`SELECT ${there} AS there`, ([row]) => (row?.there === true ? nothing : otherwise));
}

/** An index without a name gets one from PostgreSQL; with one it goes into its table's schema. */
export function undoIndex(statement: Body<"IndexStmt">): Answer {
  const { relation, concurrent, if_not_exists, idxname = "" } = statement;
  const table = relationText(relation);
  const created = createdBy({ IndexStmt: statement });
  if (created === null) {
    return newcomers(
      `SELECT i.indexrelid::pg_catalog.regclass::pg_catalog.text AS name FROM pg_catalog.pg_index AS i WHERE i.indrelid = ${regclass(table)}`,
      concurrent === true ? "INDEX CONCURRENTLY" : "INDEX",
    );
  }
  const there = `EXISTS (SELECT FROM pg_catalog.pg_class AS t JOIN pg_catalog.pg_class AS i ON i.relnamespace = t.relnamespace WHERE t.oid = ${regclass(table)} AND i.relname = ${quoteLiteral(idxname)})`;
  // Its table may be in another schema of the search path than the first.
  const drop =
    created.reference.parts.length > 1
      ? dropCreated(created)
      : askBefore(
          `SELECT ${quoteLiteral(`DROP ${created.drop.slice(0, -quoteIdentifier(idxname).length)}`)} || pg_catalog.quote_ident(n.nspname) || ${quoteLiteral(`.${quoteIdentifier(idxname)}`)} AS sql
FROM pg_catalog.pg_class AS t JOIN pg_catalog.pg_namespace AS n ON n.oid = t.relnamespace WHERE t.oid = ${regclass(table)}`,
        );
  return if_not_exists === true ? unlessThere(created, drop, there) : drop;
}

export function undoStatistics(statement: Body<"CreateStatsStmt">): Answer {
  if (statement.defnames !== undefined) return undoCreate({ CreateStatsStmt: statement });
  const [relation] = statement.relations ?? [];
  const table = relation !== undefined && "RangeVar" in relation ? relationText(relation.RangeVar) : "";
  return newcomers(
    `SELECT (pg_catalog.pg_identify_object('pg_catalog.pg_statistic_ext'::pg_catalog.regclass, s.oid, 0)).identity AS name FROM pg_catalog.pg_statistic_ext AS s WHERE s.stxrelid = ${regclass(table)}`,
    "STATISTICS",
  );
}

/** CASCADE installs what the extension needs as well: https://www.postgresql.org/docs/18/sql-createextension.html */
export function undoExtension(statement: Body<"CreateExtensionStmt">): Answer {
  return element(statement.options, "cascade") === undefined
    ? undoCreate({ CreateExtensionStmt: statement })
    : newcomers(
        "SELECT pg_catalog.quote_ident(e.extname) AS name FROM pg_catalog.pg_extension AS e ORDER BY e.oid",
        "EXTENSION",
      );
}

export function undoImport({ local_schema = "" }: Body<"ImportForeignSchemaStmt">): Answer {
  return newcomers(
    `SELECT c.oid::pg_catalog.regclass::pg_catalog.text AS name FROM pg_catalog.pg_class AS c WHERE c.relkind = 'f' AND c.relnamespace = ${quoteLiteral(quoteIdentifier(local_schema))}::pg_catalog.regnamespace`,
    "FOREIGN TABLE",
  );
}

/** Drops what `sql` names after the statement and did not before; the last one first. */
function newcomers(sql: string, noun: string): Answer {
  return compareAround(sql, (before, after) => {
    const old = new Set(texts(before, "name"));
    const fresh = texts(after, "name").filter((name) => !old.has(name));
    return undo(...fresh.reverse().map((name) => `DROP ${noun} ${name}`));
  });
}

/**
 * Without FAMILY a family of the class's name is used, or made where there is none, and it stays when the class is dropped:
 * https://www.postgresql.org/docs/18/sql-dropopclass.html. Dropping the family drops its classes.
 */
export function undoOperatorClass(statement: Body<"CreateOpClassStmt">): Answer {
  const created = createdBy({ CreateOpClassStmt: statement });
  if (created === null || statement.opfamilyname !== undefined)
    return undoCreate({ CreateOpClassStmt: statement });
  const parts = nameParts(statement.opclassname);
  const schema = parts.length > 1 ? quoteLiteral(parts[0] ?? "") : "pg_catalog.current_schema()";
  const there = `EXISTS (SELECT FROM pg_catalog.pg_opfamily AS f JOIN pg_catalog.pg_am AS m ON m.oid = f.opfmethod JOIN pg_catalog.pg_namespace AS n ON n.oid = f.opfnamespace
WHERE f.opfname = ${quoteLiteral(parts.at(-1) ?? "")} AND m.amname = ${quoteLiteral(statement.amname ?? "")} AND n.nspname = ${schema})`;
  return askBefore(`SELECT ${there} AS there`, ([row]) =>
    row?.there === true
      ? dropCreated(created)
      : undo(`DROP OPERATOR FAMILY ${dotted(parts)} USING ${quoteIdentifier(statement.amname ?? "")}`),
  );
}

/** A schema and what is made in it: views go before tables, whatever the order in the statement; the rest goes with tables. */
export function undoSchema(statement: CreateSchemaStmt): Answer {
  const created = createdBy({ CreateSchemaStmt: statement });
  if (created === null) return none("a schema without a name");
  const schema = created.reference.parts[0] ?? "";
  const inside = (statement.schemaElts ?? []).flatMap((node) => {
    const found = createdBy(qualify(node, schema));
    return found === null ? [] : [found];
  });
  const of = (type: string) => inside.filter(({ reference }) => reference.type === type).reverse();
  const drops = [...of("OBJECT_VIEW"), ...of("OBJECT_TABLE"), ...of("OBJECT_SEQUENCE"), created];
  const loses = drops.flatMap((one) => (one.loses === null ? [] : [one.loses]));
  const sql = drops.map(({ drop }) => `DROP ${drop}`);
  const answer = loses.length === 0 ? undo(...sql) : undoLosing(loses.join("; "), ...sql);
  return created.ifNotExists ? unlessThere(created, answer) : answer;
}

/** What stands in CREATE SCHEMA is made in that schema. */
function qualify(node: Node, schema: string): Node {
  const into = (relation: RangeVar = {}): RangeVar => ({ schemaname: schema, ...relation });
  if ("CreateStmt" in node)
    return { CreateStmt: { ...node.CreateStmt, relation: into(node.CreateStmt.relation) } };
  if ("ViewStmt" in node) return { ViewStmt: { ...node.ViewStmt, view: into(node.ViewStmt.view) } };
  if ("CreateSeqStmt" in node) {
    return { CreateSeqStmt: { ...node.CreateSeqStmt, sequence: into(node.CreateSeqStmt.sequence) } };
  }
  return node;
}
