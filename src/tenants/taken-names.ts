/** Words of the file names of migrations and of templates that a matrix must not take. */
export const takenNames: readonly string[] = ["shared", "sql", "jinja", "schema", "databaseUrl", "key"];
