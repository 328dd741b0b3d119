/** A column's properties as statements say them: SQL expressions over its row of pg_attribute. */

/** A column's default or the expression that generates it; NULL for none. */
export function defaultText(a: string): string {
  return `(SELECT pg_catalog.pg_get_expr(d.adbin, d.adrelid) FROM pg_catalog.pg_attrdef AS d WHERE d.adrelid = ${a}.attrelid AND d.adnum = ${a}.attnum)`;
}

export function storageWord(a: string): string {
  return `CASE ${a}.attstorage WHEN 'p' THEN 'PLAIN' WHEN 'e' THEN 'EXTERNAL' WHEN 'm' THEN 'MAIN' ELSE 'EXTENDED' END`;
}

export function compressionWord(a: string): string {
  return `CASE ${a}.attcompression WHEN 'p' THEN 'pglz' WHEN 'l' THEN 'lz4' ELSE 'default' END`;
}
