/** As many schemas as a project with hundreds of tenants has (E6). */
import { expect, test } from "vitest";
import { useServer } from "./support/project.ts";

const server = useServer();
const count = 300;
/** In milliseconds; it takes a fraction of that on a machine with nothing else to do. */
const longest = 10_000;

test("E6: hundreds of tenants' schemas, and nothing to do: seconds, not minutes", {
  timeout: 120_000,
}, async () => {
  const names = Array.from({ length: count }, (_, i) => `tenant_${i}`);
  await server.script(
    names
      .map((name) => `create schema ${name}; create table ${name}.t (id int primary key, a int);`)
      .join("\n"),
  );
  const files = names.flatMap((name) => [
    [
      `${name}/v.sql`,
      `create view ${name}.v as select id, a from ${name}.t;\ngrant select on ${name}.v to bob;`,
    ],
    [`${name}/w.sql`, `create view ${name}.w as select id, ${name}.f(a) as a from ${name}.v;`],
    [`${name}/f.sql`, `create function ${name}.f(n int) returns int language sql immutable as 'select n';`],
  ]);
  const project = server.project(Object.fromEntries(files));
  expect(await project.run("sync", "--json")).toMatchObject({ code: 0, stderr: "" });
  for (const command of ["sync", "status", "plan", "drift"]) {
    const start = performance.now();
    const ran = await project.run(command, "--json");
    const took = performance.now() - start;
    expect(ran).toMatchObject({ code: 0, stderr: "" });
    if (command !== "status" && command !== "drift")
      expect(JSON.parse(ran.stdout)).toMatchObject({ steps: [], summary: { unchanged: 3 * count } });
    expect(took, command).toBeLessThan(longest);
    console.log(`${count} schemas: ${command} takes ${Math.round(took)} ms`);
  }
});
