/** The comparison by catalogs, where the tests look for it. */
export { differences } from "../../src/snapshot/differences.ts";
