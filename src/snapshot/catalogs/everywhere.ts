/** The catalogs that say something about objects of any kind: comments, labels, dependencies, first and default privileges. */
import {
  acl,
  type Catalog,
  columnNames,
  deparsed,
  identify,
  inName,
  leftOut,
  named,
  nameOf,
  role,
  same,
  since,
  subObject,
} from "../treatment.ts";

const notToast = (classId: string, oid: string) =>
  `not exists (select from pg_class c where ${classId} = 'pg_class'::regclass and c.oid = ${oid}
    and c.relnamespace = 'pg_toast'::regnamespace)
   and not exists (select from pg_trigger t where ${classId} = 'pg_trigger'::regclass and t.oid = ${oid}
    and t.tgisinternal and t.tgname ~ '^(RI|PK|Unique)_ConstraintTrigger_')
   and not exists (select from pg_type y where ${classId} = 'pg_type'::regclass and y.oid = ${oid}
    and y.typnamespace = 'pg_toast'::regnamespace)`;

export const pgDescription: Catalog = {
  object: identify("r.classoid", "r.objoid"),
  part: subObject("r.classoid", "r.objoid", "r.objsubid", "'comment '"),
  where: "r.objoid >= 16384",
  columns: { objoid: inName, classoid: inName, objsubid: inName, description: same },
};

export const pgSeclabel: Catalog = {
  object: identify("r.classoid", "r.objoid"),
  part: subObject("r.classoid", "r.objoid", "r.objsubid", "'label of ' || r.provider || ' '"),
  where: "r.objoid >= 16384",
  columns: { objoid: inName, classoid: inName, objsubid: inName, provider: inName, label: same },
};

export const pgShdescription: Catalog = {
  object: identify("r.classoid", "r.objoid"),
  part: "'comment '",
  // Databases come and go with the tests.
  where: "r.objoid >= 16384 and r.classoid = 'pg_authid'::regclass",
  columns: { objoid: inName, classoid: inName, description: same },
};

export const pgShseclabel: Catalog = {
  object: identify("r.classoid", "r.objoid"),
  part: "'label of ' || r.provider || ' '",
  where: "r.objoid >= 16384 and r.classoid = 'pg_authid'::regclass",
  columns: { objoid: inName, classoid: inName, provider: inName, label: same },
};

export const pgInitPrivs: Catalog = {
  object: identify("r.classoid", "r.objoid"),
  part: subObject("r.classoid", "r.objoid", "r.objsubid", "'at first '"),
  where: "r.objoid >= 16384",
  columns: { objoid: inName, classoid: inName, objsubid: inName, privtype: same, initprivs: acl("null") },
};

export const pgDepend: Catalog = {
  object: identify("r.classid", "r.objid"),
  part: `${subObject("r.classid", "r.objid", "r.objsubid", "'needs '")}
    || ${subObject("r.refclassid", "r.refobjid", "r.refobjsubid", identify("r.refclassid", "r.refobjid"))} || ' '`,
  // Membership of an extension and DEPENDS ON EXTENSION hang on the object; all else follows from its definition.
  about: "case when r.deptype in ('e', 'x') then 'attachment' else 'definition' end",
  // What a default needs follows from its text, which is compared with its column.
  where: `r.objid >= 16384 and r.classid <> 'pg_attrdef'::regclass and ${notToast("r.classid", "r.objid")}`,
  columns: {
    classid: inName,
    objid: inName,
    objsubid: inName,
    refclassid: inName,
    refobjid: inName,
    refobjsubid: inName,
    deptype: same,
  },
};

export const pgShdepend: Catalog = {
  object: identify("r.classid", "r.objid"),
  part: `${subObject("r.classid", "r.objid", "r.objsubid", "'needs '")} || ${identify("r.refclassid", "r.refobjid")} || ' '`,
  where: `r.dbid = (select d.oid from pg_database d where d.datname = current_database())
    and ${notToast("r.classid", "r.objid")}`,
  columns: {
    dbid: leftOut("the rows of this database are compared"),
    classid: inName,
    objid: inName,
    objsubid: inName,
    refclassid: inName,
    refobjid: inName,
    deptype: same,
  },
};

export const pgDefaultAcl: Catalog = {
  object: nameOf("pg_default_acl", "r.oid"),
  where: "true",
  columns: {
    oid: inName,
    defaclrole: role,
    defaclnamespace: named("pg_namespace"),
    defaclobjtype: same,
    defaclacl: acl("null"),
  },
};

export const pgNamespace: Catalog = {
  object: nameOf("pg_namespace", "r.oid"),
  where: "r.oid >= 16384 and r.nspname !~ '^pg_'",
  columns: {
    oid: inName,
    nspname: inName,
    nspowner: role,
    nspacl: acl("acldefault('n', r.nspowner)"),
  },
};

export const pgPublicationRel: Catalog = {
  object: nameOf("pg_publication_rel", "r.oid"),
  where: "true",
  columns: {
    oid: inName,
    prpubid: inName,
    prrelid: inName,
    prqual: since(15, deparsed("r.prrelid")),
    prattrs: since(15, columnNames("r.prrelid")),
  },
};

export const pgPublicationNamespace: Catalog = {
  since: 15,
  object: nameOf("pg_publication_namespace", "r.oid"),
  where: "true",
  columns: { oid: inName, pnpubid: inName, pnnspid: inName },
};
