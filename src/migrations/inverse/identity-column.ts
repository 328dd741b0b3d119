/** Identity columns and the options of their sequences. */

/** The options of the sequence of column `a`, for ADD GENERATED, or each behind SET. */
export function identityOptions(a: string, separator: string): string {
  const options = [
    "'INCREMENT BY ' || s.seqincrement",
    "'MINVALUE ' || s.seqmin",
    "'MAXVALUE ' || s.seqmax",
    "'START WITH ' || s.seqstart",
    "'CACHE ' || s.seqcache",
    "CASE WHEN s.seqcycle THEN 'CYCLE' ELSE 'NO CYCLE' END",
  ];
  // Only the action that makes the sequence names it.
  const named =
    separator === " " ? ["'SEQUENCE NAME ' || s.seqrelid::pg_catalog.regclass", ...options] : options;
  return `(SELECT ${named.join(` || '${separator}' || `)} FROM pg_catalog.pg_depend AS d JOIN pg_catalog.pg_sequence AS s ON s.seqrelid = d.objid
  WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.refobjid = ${a}.attrelid AND d.refobjsubid = ${a}.attnum AND d.deptype = 'i')`;
}
