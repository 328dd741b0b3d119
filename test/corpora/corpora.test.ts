/** Real projects' schemas, built from nothing. */
import { describe, test } from "vitest";
import { corpusNames, readCorpus } from "../../bench/schemas/corpus.ts";
import { missingReason, sharedFolder } from "../../bench/schemas/shared-folder.ts";
import { buildTimeout, buildTwice, versionsFor } from "./build.ts";

const folder = sharedFolder("corpora");
if (folder === null) console.log(`the corpora are not built: ${missingReason("corpora")}`);

for (const [index, name] of corpusNames.entries()) {
  describe.skipIf(folder === null).each(versionsFor(index))(`${name} on %s`, (version) => {
    test("builds, and then there is nothing to do", { timeout: buildTimeout }, async () => {
      await buildTwice(readCorpus(folder ?? "", name), version);
    });
  });
}
