/** A statement that a migrated target would leave out is refused, and nothing is done. */
import { expect, test } from "vitest";
import { useServer } from "./support/project.ts";

const server = useServer();

test.each(["plan", "apply"])("%s --around on a migrated target", async (command) => {
  const project = server.project(
    {},
    { targets: { prod: { url: server.url(), components: "migrated" } }, defaultTarget: "prod" },
  );
  const ran = await project.run(command, "--around", "create table never (a int)", "--target", "prod");
  expect(ran.code).toBe(2);
  expect(ran.stderr).toContain("--around is for live targets");
  expect(ran.stderr).toContain("migration new NAME --around");
  expect(await server.database().query("select to_regclass('never') as t")).toEqual([{ t: null }]);
});
