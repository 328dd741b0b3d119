/** The catalogs of what stands on a relation: triggers, rules and policies. */
import {
  type Catalog,
  columnNames,
  defines,
  deparsed,
  expression,
  inName,
  leftOut,
  named,
  nameOf,
  same,
} from "../treatment.ts";

export const pgTrigger: Catalog = {
  object: nameOf("pg_trigger", "r.oid"),
  anchor: nameOf("pg_class", "r.tgrelid"),
  // A foreign key's own triggers have oids in their names; the tool has no way to reach them.
  where: "r.oid >= 16384 and not (r.tgisinternal and r.tgname ~ '^(RI|PK|Unique)_ConstraintTrigger_')",
  columns: {
    oid: inName,
    tgrelid: inName,
    tgparentid: named("pg_trigger"),
    tgname: inName,
    tgfoid: defines(named("pg_proc")),
    tgtype: defines(same),
    tgenabled: same,
    tgisinternal: same,
    tgconstrrelid: defines(named("pg_class")),
    tgconstrindid: defines(named("pg_class")),
    tgconstraint: defines(named("pg_constraint")),
    tgdeferrable: defines(same),
    tginitdeferred: defines(same),
    tgnargs: defines(same),
    tgattr: defines(columnNames("r.tgrelid")),
    tgargs: defines(expression("encode(COLUMN, 'escape')")),
    tgqual: defines(expression("pg_get_triggerdef(r.oid)")),
    tgoldtable: defines(same),
    tgnewtable: defines(same),
  },
};

export const pgRewrite: Catalog = {
  object: nameOf("pg_rewrite", "r.oid"),
  anchor: nameOf("pg_class", "r.ev_class"),
  where: "r.oid >= 16384",
  columns: {
    oid: inName,
    rulename: inName,
    ev_class: inName,
    ev_type: defines(same),
    ev_enabled: same,
    is_instead: defines(same),
    ev_qual: leftOut("compared with the action"),
    ev_action: defines(
      expression(
        "case when r.rulename = '_RETURN' then pg_get_viewdef(r.ev_class) else pg_get_ruledef(r.oid) end",
      ),
    ),
  },
};

export const pgPolicy: Catalog = {
  object: nameOf("pg_policy", "r.oid"),
  anchor: nameOf("pg_class", "r.polrelid"),
  where: "r.oid >= 16384",
  columns: {
    oid: inName,
    polname: inName,
    polrelid: inName,
    polcmd: defines(same),
    polpermissive: defines(same),
    polroles: defines(
      expression(
        "(select string_agg(case m when 0 then 'PUBLIC' else pg_get_userbyid(m) end, ', ' order by m) from unnest(COLUMN) m)",
      ),
    ),
    polqual: defines(deparsed("r.polrelid")),
    polwithcheck: defines(deparsed("r.polrelid")),
  },
};
