/** The comparison by catalogs, where the tests look for it. */
export { type Fact, type Snapshot, takeSnapshot, unknownIn } from "../../src/snapshot/snapshot.ts";
