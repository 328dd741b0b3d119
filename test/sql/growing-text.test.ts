import { beforeAll, expect, test } from "vitest";
import { takesAllColumns } from "../../src/sql/growing-text.ts";
import { loadParser } from "../../src/sql/parse-component.ts";

beforeAll(loadParser);

test.each([
  ["create view v as select * from t", true],
  ["create view v as select t.* from t", true],
  ["create view v as table t", true],
  ["create view v as select a from t natural join u", true],
  ["create view v as select count(*) from t", false],
  ["create view v as select a * b as table_size from t", false],
  ["create function f() returns table (a int) language sql as 'select * from t'", false],
])("%s", (sql, expected) => {
  expect(takesAllColumns(sql)).toBe(expected);
});
