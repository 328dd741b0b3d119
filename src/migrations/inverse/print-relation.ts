/** Views, materialized views, indexes, sequences, triggers, rules and policies, printed from the catalog. */
import { attachments, commentRow, enabledWord, identityOf, printing, withOptions } from "./catalog-rows.ts";
import { grantsJson } from "./owned.ts";

const relation = identityOf("pg_class");
const joinClass = "JOIN pg_catalog.pg_class AS r ON r.oid = o.oid";
const onlyClass = `CROSS JOIN LATERAL (SELECT ${relation} AS name) AS n`;

/** `CREATE VIEW … AS …`; `head` is the words up to the name. */
export function viewText(head: string): string {
  return `'${head} ' || ${relation} || ${withOptions("r.reloptions")} || E' AS\\n' || pg_catalog.rtrim(pg_catalog.pg_get_viewdef(o.oid), ';')`;
}

export function printView(): readonly string[] {
  return [
    printing(10, { sql: viewText("CREATE VIEW"), join: joinClass, where: "r.relkind = 'v'" }),
    printing(20, {
      sql: `'ALTER VIEW ' || n.name || ' ALTER COLUMN ' || pg_catalog.quote_ident(a.attname) || ' SET DEFAULT ' || pg_catalog.pg_get_expr(d.adbin, d.adrelid)`,
      join: `${onlyClass} JOIN pg_catalog.pg_attrdef AS d ON d.adrelid = o.oid JOIN pg_catalog.pg_attribute AS a ON a.attrelid = o.oid AND a.attnum = d.adnum`,
    }),
    ...childRows(),
    ...columnRows(),
    ...attachments({ catalog: "pg_class", noun: "VIEW", grantNoun: "TABLE", owned: true }),
  ];
}

/** Its rows are computed again, where they had been. */
export function printMaterializedView(): readonly string[] {
  return [
    printing(10, {
      sql: `${viewText("CREATE MATERIALIZED VIEW")} || CASE WHEN r.relispopulated THEN '' ELSE E'\\nWITH NO DATA' END`,
      join: joinClass,
    }),
    printing(20, {
      sql: "pg_catalog.pg_get_indexdef(i.indexrelid)",
      join: "JOIN pg_catalog.pg_index AS i ON i.indrelid = o.oid",
    }),
    printing(30, {
      sql: `'ALTER MATERIALIZED VIEW ' || n.name || ' CLUSTER ON ' || pg_catalog.quote_ident(x.relname)`,
      join: `${onlyClass} JOIN pg_catalog.pg_index AS i ON i.indrelid = o.oid AND i.indisclustered JOIN pg_catalog.pg_class AS x ON x.oid = i.indexrelid`,
    }),
    commentRow(
      31,
      "pg_class",
      "i.indexrelid",
      `'INDEX ' || ${identityOf("pg_class", "i.indexrelid")}`,
      "JOIN pg_catalog.pg_index AS i ON i.indrelid = o.oid",
    ),
    ...columnRows(),
    ...attachments({ catalog: "pg_class", noun: "MATERIALIZED VIEW", grantNoun: "TABLE", owned: true }),
  ];
}

/** Triggers and rules on a view, in the state that they are in. */
function childRows(): readonly string[] {
  const trigger = "JOIN pg_catalog.pg_trigger AS t ON t.tgrelid = o.oid AND NOT t.tgisinternal";
  const rule = "JOIN pg_catalog.pg_rewrite AS t ON t.ev_class = o.oid AND t.rulename <> '_RETURN'";
  const state = (kind: string, letter: string, name: string) =>
    `'ALTER TABLE ' || n.name || ' ' || ${enabledWord(letter)} || ' ${kind} ' || pg_catalog.quote_ident(${name})`;
  return [
    printing(40, { sql: "pg_catalog.pg_get_triggerdef(t.oid)", join: trigger }),
    printing(40, { sql: "pg_catalog.rtrim(pg_catalog.pg_get_ruledef(t.oid), ';')", join: rule }),
    printing(41, { sql: state("TRIGGER", "t.tgenabled", "t.tgname"), join: `${onlyClass} ${trigger}` }),
    printing(41, { sql: state("RULE", "t.ev_enabled", "t.rulename"), join: `${onlyClass} ${rule}` }),
    commentRow(42, "pg_trigger", "t.oid", `'TRIGGER ' || ${identityOf("pg_trigger", "t.oid")}`, trigger),
    commentRow(42, "pg_rewrite", "t.oid", `'RULE ' || ${identityOf("pg_rewrite", "t.oid")}`, rule),
  ];
}

function columnRows(): readonly string[] {
  const column = "JOIN pg_catalog.pg_attribute AS a ON a.attrelid = o.oid AND a.attnum > 0";
  return [
    printing(81, {
      sql: `'COMMENT ON COLUMN ' || n.name || '.' || pg_catalog.quote_ident(a.attname) || ' IS ' || pg_catalog.quote_literal(c.description)`,
      join: `${onlyClass} ${column} JOIN pg_catalog.pg_description AS c ON c.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass AND c.objoid = o.oid AND c.objsubid = a.attnum`,
    }),
    printing(92, {
      acl: `pg_catalog.jsonb_build_object('on', 'TABLE ' || n.name, 'column', a.attname, 'owner', pg_catalog.pg_get_userbyid(r.relowner), 'wanted', ${grantsJson("a.attacl")}, 'present', '[]'::pg_catalog.jsonb)`,
      join: `${onlyClass} ${joinClass} ${column}`,
      where: "a.attacl IS NOT NULL",
    }),
  ];
}

export function printIndex(concurrently: boolean): readonly string[] {
  const text = "pg_catalog.pg_get_indexdef(o.oid)";
  const table = `JOIN pg_catalog.pg_index AS i ON i.indexrelid = o.oid CROSS JOIN LATERAL (SELECT ${identityOf("pg_class", "i.indrelid")} AS name) AS n ${joinClass}`;
  return [
    printing(10, {
      sql: concurrently
        ? `pg_catalog.regexp_replace(${text}, '^(CREATE (UNIQUE )?INDEX)', '\\1 CONCURRENTLY')`
        : text,
    }),
    printing(20, {
      sql: `'ALTER TABLE ' || n.name || ' CLUSTER ON ' || pg_catalog.quote_ident(r.relname)`,
      join: table,
      where: "i.indisclustered",
    }),
    printing(20, {
      sql: `'ALTER TABLE ' || n.name || ' REPLICA IDENTITY USING INDEX ' || pg_catalog.quote_ident(r.relname)`,
      join: table,
      where: "i.indisreplident",
    }),
    printing(30, {
      sql: `'ALTER INDEX ' || ${relation} || ' ALTER COLUMN ' || a.attnum || ' SET STATISTICS ' || a.attstattarget`,
      join: "JOIN pg_catalog.pg_attribute AS a ON a.attrelid = o.oid",
      where: "a.attstattarget >= 0",
    }),
    commentRow(80, "pg_class", "o.oid", `'INDEX ' || ${relation}`),
  ];
}

/** https://www.postgresql.org/docs/18/catalog-pg-sequence.html */
export function sequenceOptions(s: string): string {
  return `'AS ' || pg_catalog.format_type(${s}.seqtypid, NULL) || ' INCREMENT BY ' || ${s}.seqincrement || ' MINVALUE ' || ${s}.seqmin || ' MAXVALUE ' || ${s}.seqmax || ' START WITH ' || ${s}.seqstart || ' CACHE ' || ${s}.seqcache || CASE WHEN ${s}.seqcycle THEN ' CYCLE' ELSE ' NO CYCLE' END`;
}

export function printSequence(): readonly string[] {
  return [
    printing(10, {
      sql: `'CREATE SEQUENCE ' || ${relation} || ' ' || ${sequenceOptions("s")}`,
      loses: `'the value that sequence ' || ${relation} || ' had reached'`,
      join: "JOIN pg_catalog.pg_sequence AS s ON s.seqrelid = o.oid",
    }),
    printing(95, {
      sql: `'ALTER SEQUENCE ' || ${relation} || ' OWNED BY ' || ${ownedColumn("o.oid")}`,
    }),
    ...attachments({ catalog: "pg_class", noun: "SEQUENCE", grantNoun: "SEQUENCE", owned: true }),
  ];
}

/** The column that a sequence belongs to, as OWNED BY takes it; NULL where it belongs to none. */
export function ownedColumn(oid: string): string {
  return `(SELECT ${identityOf("pg_class", "a.attrelid")} || '.' || pg_catalog.quote_ident(a.attname)
  FROM pg_catalog.pg_depend AS d JOIN pg_catalog.pg_attribute AS a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
  WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = ${oid} AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.deptype = 'a' AND d.refobjsubid > 0)`;
}

export function printTrigger(): readonly string[] {
  const table = `JOIN pg_catalog.pg_trigger AS t ON t.oid = o.oid CROSS JOIN LATERAL (SELECT ${identityOf("pg_class", "t.tgrelid")} AS name) AS n`;
  return [
    printing(10, { sql: "pg_catalog.pg_get_triggerdef(o.oid)" }),
    printing(20, {
      sql: `'ALTER TABLE ' || n.name || ' ' || ${enabledWord("t.tgenabled")} || ' TRIGGER ' || pg_catalog.quote_ident(t.tgname)`,
      join: table,
    }),
    commentRow(80, "pg_trigger", "o.oid", `'TRIGGER ' || ${identityOf("pg_trigger")}`),
  ];
}

export function printRule(): readonly string[] {
  const table = `JOIN pg_catalog.pg_rewrite AS t ON t.oid = o.oid CROSS JOIN LATERAL (SELECT ${identityOf("pg_class", "t.ev_class")} AS name) AS n`;
  return [
    printing(10, { sql: "pg_catalog.rtrim(pg_catalog.pg_get_ruledef(o.oid), ';')" }),
    printing(20, {
      sql: `'ALTER TABLE ' || n.name || ' ' || ${enabledWord("t.ev_enabled")} || ' RULE ' || pg_catalog.quote_ident(t.rulename)`,
      join: table,
    }),
    commentRow(80, "pg_rewrite", "o.oid", `'RULE ' || ${identityOf("pg_rewrite")}`),
  ];
}

/** `TO` behind CREATE POLICY and ALTER POLICY. */
export function policyRoles(p: string): string {
  return `(SELECT ' TO ' || pg_catalog.string_agg(CASE WHEN x = 0 THEN 'PUBLIC' ELSE pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(x)) END, ', ' ORDER BY x) FROM pg_catalog.unnest(${p}.polroles) AS x)`;
}

export function policyExpression(p: string, keyword: string, column: string): string {
  return `COALESCE(' ${keyword} (' || pg_catalog.pg_get_expr(${p}.${column}, ${p}.polrelid) || ')', '')`;
}

export function printPolicy(): readonly string[] {
  const command = `CASE p.polcmd WHEN 'r' THEN ' FOR SELECT' WHEN 'a' THEN ' FOR INSERT' WHEN 'w' THEN ' FOR UPDATE' WHEN 'd' THEN ' FOR DELETE' ELSE '' END`;
  return [
    printing(10, {
      sql: `'CREATE POLICY ' || ${identityOf("pg_policy")} || CASE WHEN p.polpermissive THEN '' ELSE ' AS RESTRICTIVE' END || ${command} || ${policyRoles("p")} || ${policyExpression("p", "USING", "polqual")} || ${policyExpression("p", "WITH CHECK", "polwithcheck")}`,
      join: "JOIN pg_catalog.pg_policy AS p ON p.oid = o.oid",
    }),
    commentRow(80, "pg_policy", "o.oid", `'POLICY ' || ${identityOf("pg_policy")}`),
  ];
}
