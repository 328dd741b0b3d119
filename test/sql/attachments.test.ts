import { beforeAll, describe, expect, test } from "vitest";
import { retargetAttachment, targetName } from "../../graph/syntax/retarget.ts";
import { loadParser, parseComponent } from "../../src/sql/parse-component.ts";
import { attachmentLines, attachments, object, parsed, searchPath } from "./parsing.ts";

beforeAll(loadParser);

const view = "CREATE VIEW v AS SELECT 1 AS a, 2 AS b;";
const materialized = "CREATE MATERIALIZED VIEW m AS SELECT 1 AS a, 2 AS b;";
const routine = "CREATE FUNCTION f(a int, b mood) RETURNS int LANGUAGE sql AS 'SELECT 1';";
const trigger = "CREATE TRIGGER t BEFORE INSERT ON x EXECUTE FUNCTION g();";

test.each([
  [
    `${view} GRANT SELECT, UPDATE (a, "B") ON v TO r, PUBLIC`,
    [
      "grant select to r: GRANT SELECT ON TABLE app.v TO r / REVOKE SELECT ON TABLE app.v FROM r",
      "grant select to public: GRANT SELECT ON TABLE app.v TO public / REVOKE SELECT ON TABLE app.v FROM public",
      "grant update (a) to r: GRANT UPDATE (a) ON TABLE app.v TO r / REVOKE UPDATE (a) ON TABLE app.v FROM r",
      "grant update (a) to public: GRANT UPDATE (a) ON TABLE app.v TO public / REVOKE UPDATE (a) ON TABLE app.v FROM public",
      'grant update ("B") to r: GRANT UPDATE ("B") ON TABLE app.v TO r / REVOKE UPDATE ("B") ON TABLE app.v FROM r',
      'grant update ("B") to public: GRANT UPDATE ("B") ON TABLE app.v TO public / REVOKE UPDATE ("B") ON TABLE app.v FROM public',
    ],
  ],
  [
    `${view} GRANT ALL PRIVILEGES ON app.v TO "Some One" WITH GRANT OPTION`,
    [
      'grant all to "Some One": GRANT ALL ON TABLE app.v TO "Some One" / REVOKE ALL ON TABLE app.v FROM "Some One"',
      'grant option for all to "Some One": GRANT ALL ON TABLE app.v TO "Some One" WITH GRANT OPTION / REVOKE GRANT OPTION FOR ALL ON TABLE app.v FROM "Some One"',
    ],
  ],
  [
    `${view} REVOKE GRANT OPTION FOR SELECT ON v FROM r CASCADE; GRANT SELECT ON v TO CURRENT_USER GRANTED BY CURRENT_USER`,
    [
      "revoke grant option for select from r: REVOKE GRANT OPTION FOR SELECT ON TABLE app.v FROM r CASCADE / GRANT SELECT ON TABLE app.v TO r WITH GRANT OPTION",
      "grant select to current_user granted by current_user: GRANT SELECT ON TABLE app.v TO current_user GRANTED BY current_user / REVOKE SELECT ON TABLE app.v FROM current_user GRANTED BY current_user",
    ],
  ],
  [
    `${routine} REVOKE ALL ON FUNCTION f(integer, mood) FROM PUBLIC; GRANT EXECUTE ON ROUTINE f TO r`,
    [
      "revoke all from public: REVOKE ALL ON FUNCTION app.f(integer, app.mood) FROM public / GRANT ALL ON FUNCTION app.f(integer, app.mood) TO public",
      "grant execute to r: GRANT EXECUTE ON ROUTINE app.f(integer, app.mood) TO r / REVOKE EXECUTE ON ROUTINE app.f(integer, app.mood) FROM r",
    ],
  ],
  [
    `${view} ALTER VIEW v OWNER TO "R"; ALTER TABLE v ALTER a SET DEFAULT f(1, '('), ALTER COLUMN b SET DEFAULT 2`,
    [
      'owner: ALTER VIEW app.v OWNER TO "R" / null',
      "default a: ALTER TABLE app.v ALTER a SET DEFAULT f(1, '(') / ALTER TABLE app.v ALTER COLUMN a DROP DEFAULT",
      "default b: ALTER TABLE app.v ALTER COLUMN b SET DEFAULT 2 / ALTER TABLE app.v ALTER COLUMN b DROP DEFAULT",
    ],
  ],
  [
    `${view} ALTER VIEW app.v SET (security_barrier, check_option = local); ALTER VIEW v RESET (security_invoker)`,
    [
      "option security_barrier: ALTER VIEW app.v SET (security_barrier = true) / ALTER VIEW app.v RESET (security_barrier)",
      "option check_option: ALTER VIEW app.v SET (check_option = local) / ALTER VIEW app.v RESET (check_option)",
      "option security_invoker: ALTER VIEW app.v RESET (security_invoker) / null",
    ],
  ],
  [
    `${view} COMMENT ON VIEW v IS 'it''s \\'; COMMENT ON COLUMN app.v.a IS NULL; SECURITY LABEL FOR p ON COLUMN v.a IS 'x'`,
    [
      "comment: COMMENT ON VIEW app.v IS E'it''s \\\\' / COMMENT ON VIEW app.v IS NULL",
      "comment column a: COMMENT ON COLUMN app.v.a IS NULL / null",
      "security label for p column a: SECURITY LABEL FOR p ON COLUMN app.v.a IS 'x' / SECURITY LABEL FOR p ON COLUMN app.v.a IS NULL",
    ],
  ],
  [
    `${materialized} CREATE UNIQUE INDEX i ON m /* c */ (a) INCLUDE (b); COMMENT ON INDEX app.i IS 'x'; ALTER INDEX i SET (fillfactor = 50)`,
    [
      "index app.i: CREATE UNIQUE INDEX i ON app.m /* c */ (a) INCLUDE (b) / DROP INDEX app.i",
      "comment index app.i: COMMENT ON INDEX app.i IS 'x' / COMMENT ON INDEX app.i IS NULL",
      "index app.i option fillfactor: ALTER INDEX app.i SET (fillfactor = 50) / ALTER INDEX app.i RESET (fillfactor)",
    ],
  ],
  [
    `${materialized} CREATE STATISTICS st (mcv) ON a, b FROM m; COMMENT ON STATISTICS st IS 'x'`,
    [
      "statistics app.st: CREATE STATISTICS app.st (mcv) ON a, b FROM app.m / DROP STATISTICS app.st",
      "comment statistics app.st: COMMENT ON STATISTICS app.st IS 'x' / COMMENT ON STATISTICS app.st IS NULL",
    ],
  ],
  [
    `${materialized} ALTER MATERIALIZED VIEW m ALTER COLUMN a SET STATISTICS 9, ALTER b SET STORAGE PLAIN, CLUSTER ON i, ALTER a SET (n_distinct = -0.5)`,
    [
      "statistics of a: ALTER MATERIALIZED VIEW app.m ALTER COLUMN a SET STATISTICS 9 / ALTER MATERIALIZED VIEW app.m ALTER COLUMN a SET STATISTICS -1",
      "storage of b: ALTER MATERIALIZED VIEW app.m ALTER b SET STORAGE PLAIN / null",
      "cluster: ALTER MATERIALIZED VIEW app.m CLUSTER ON i / ALTER MATERIALIZED VIEW app.m SET WITHOUT CLUSTER",
      "option n_distinct of a: ALTER MATERIALIZED VIEW app.m ALTER COLUMN a SET (n_distinct = -0.5) / ALTER MATERIALIZED VIEW app.m ALTER COLUMN a RESET (n_distinct)",
    ],
  ],
  [
    `${trigger} ALTER TABLE x ENABLE REPLICA TRIGGER t; COMMENT ON TRIGGER t ON x IS 'c'`,
    [
      "enabled: ALTER TABLE app.x ENABLE REPLICA TRIGGER t / ALTER TABLE app.x ENABLE TRIGGER t",
      "comment: COMMENT ON TRIGGER t ON app.x IS 'c' / COMMENT ON TRIGGER t ON app.x IS NULL",
    ],
  ],
  [
    `CREATE RULE "R" AS ON INSERT TO x DO NOTHING; ALTER TABLE x DISABLE RULE "R"; COMMENT ON RULE "R" ON app.x IS 'c'`,
    [
      'enabled: ALTER TABLE app.x DISABLE RULE "R" / ALTER TABLE app.x ENABLE RULE "R"',
      'comment: COMMENT ON RULE "R" ON app.x IS \'c\' / COMMENT ON RULE "R" ON app.x IS NULL',
    ],
  ],
  [
    "CREATE POLICY p ON x USING (true); COMMENT ON POLICY p ON x IS 'c'",
    ["comment: COMMENT ON POLICY p ON app.x IS 'c' / COMMENT ON POLICY p ON app.x IS NULL"],
  ],
  [
    `${routine} ALTER FUNCTION f(int, mood) COST 5 SET search_path TO a, "B" SECURITY DEFINER RESTRICT; ALTER FUNCTION f OWNER TO r; ALTER FUNCTION f DEPENDS ON EXTENSION e; COMMENT ON FUNCTION f IS 'c'`,
    [
      "setting cost: ALTER FUNCTION app.f(integer, app.mood) COST 5 / null",
      'setting search_path: ALTER FUNCTION app.f(integer, app.mood) SET search_path TO a, "B" / ALTER FUNCTION app.f(integer, app.mood) RESET search_path',
      "setting security: ALTER FUNCTION app.f(integer, app.mood) SECURITY DEFINER / null",
      "owner: ALTER FUNCTION app.f(integer, app.mood) OWNER TO r / null",
      "depends on extension e: ALTER FUNCTION app.f(integer, app.mood) DEPENDS ON EXTENSION e / ALTER FUNCTION app.f(integer, app.mood) NO DEPENDS ON EXTENSION e",
      "comment: COMMENT ON FUNCTION app.f(integer, app.mood) IS 'c' / COMMENT ON FUNCTION app.f(integer, app.mood) IS NULL",
    ],
  ],
  [
    "CREATE AGGREGATE ag(*) (SFUNC = f, STYPE = int); COMMENT ON AGGREGATE ag(*) IS 'c'; ALTER AGGREGATE ag(*) OWNER TO r; GRANT EXECUTE ON FUNCTION ag() TO r",
    [
      "comment: COMMENT ON ROUTINE app.ag() IS 'c' / COMMENT ON ROUTINE app.ag() IS NULL",
      "owner: ALTER ROUTINE app.ag() OWNER TO r / null",
      "grant execute to r: GRANT EXECUTE ON FUNCTION app.ag() TO r / REVOKE EXECUTE ON FUNCTION app.ag() FROM r",
    ],
  ],
])("%s", (text, expected) => {
  expect(attachmentLines(text)).toEqual(expected);
});

describe("options in the CREATE statement", () => {
  const text =
    "CREATE VIEW v WITH (security_barrier = false, security_invoker) AS SELECT 1 AS a WITH LOCAL CHECK OPTION";

  test("are inline attachments", () => {
    expect(attachments(text).map(({ key, sql, inline }) => [key, sql, inline])).toEqual([
      ["option security_barrier", "ALTER VIEW app.v SET (security_barrier = false)", true],
      ["option security_invoker", "ALTER VIEW app.v SET (security_invoker = true)", true],
      ["option check_option", "ALTER VIEW app.v SET (check_option = local)", true],
    ]);
    const { parts } = object(text);
    expect(parts).toMatchObject({ options: ["security_barrier", "security_invoker", "check_option"] });
  });

  test("hash like the ALTER that sets them, and not into the view", () => {
    const altered = attachments(`${view} ALTER VIEW v SET (security_barrier = false)`);
    expect(altered[0]?.hash).toBe(attachments(text)[0]?.hash);
    expect(object(text).hash).toBe(object("CREATE VIEW v AS SELECT 1 AS a").hash);
  });

  test("of a materialized view too", () => {
    const lines = attachmentLines(
      "CREATE MATERIALIZED VIEW m WITH (fillfactor = 70, toast.autovacuum_enabled = off) AS SELECT 1",
    );
    expect(lines).toEqual([
      "option fillfactor: ALTER MATERIALIZED VIEW app.m SET (fillfactor = 70) / ALTER MATERIALIZED VIEW app.m RESET (fillfactor)",
      "option toast.autovacuum_enabled: ALTER MATERIALIZED VIEW app.m SET (toast.autovacuum_enabled = off) / ALTER MATERIALIZED VIEW app.m RESET (toast.autovacuum_enabled)",
    ]);
  });
});

describe("joining", () => {
  test("an attachment of another component's object is loose, and takes that object's name later", () => {
    const { objects, loose } = parsed("CREATE INDEX i ON m (a); GRANT EXECUTE ON FUNCTION f(mood) TO r");
    expect(objects).toEqual([]);
    expect(loose.map(({ target }) => target)).toEqual([
      { kinds: ["materialized view"], schema: null, name: "m", relation: null, arguments: null },
      {
        kinds: ["function", "aggregate"],
        schema: null,
        name: "f",
        relation: null,
        arguments: [{ schema: null, name: "mood", array: false }],
      },
    ]);
    const [index, grant] = loose.map(({ attachment }) => attachment);
    if (index === undefined || grant === undefined) throw new Error("two attachments");
    expect(index.sql).toBe("CREATE INDEX i ON app.m (a)");
    const moved = retargetAttachment(index, { kind: "materialized view", schema: "Other", name: "m" });
    expect([moved.key, moved.sql, moved.undo]).toEqual([
      'index "Other".i',
      'CREATE INDEX i ON "Other".m (a)',
      'DROP INDEX "Other".i',
    ]);
    const again = retargetAttachment(moved, { kind: "materialized view", schema: "s", name: "m" });
    expect([again.key, again.sql, again.undo]).toEqual([
      "index s.i",
      "CREATE INDEX i ON s.m (a)",
      "DROP INDEX s.i",
    ]);
    const settled = { kind: "function", schema: "app", name: "f", arguments: ["public.mood"] } as const;
    expect(retargetAttachment(grant, settled).sql).toBe("GRANT EXECUTE ON FUNCTION app.f(public.mood) TO r");
  });

  test("an unqualified name means the first schema of the search_path that has it", () => {
    const { objects } = parsed(
      "CREATE VIEW public.v AS SELECT 1; CREATE VIEW app.v AS SELECT 2; GRANT SELECT ON v TO r",
    );
    expect(objects.map(({ identity, attachments: own }) => [identity.schema, own.length])).toEqual([
      ["public", 0],
      ["app", 1],
    ]);
  });

  test("a schema outside of the search_path is not meant by an unqualified name", () => {
    const { objects, loose } = parsed("CREATE VIEW other.v AS SELECT 1; GRANT SELECT ON v TO r");
    expect([objects[0]?.attachments.length, loose.length]).toEqual([0, 1]);
  });

  test("kinds are told apart", () => {
    const { objects } = parsed(
      `${view} CREATE FUNCTION v() RETURNS int LANGUAGE sql AS 'SELECT 1'; GRANT EXECUTE ON FUNCTION v TO r`,
    );
    expect(objects.map(({ attachments: own }) => own.length)).toEqual([0, 1]);
  });

  test("the overload is chosen by its types however they are written", () => {
    const { objects } = parsed(
      `CREATE FUNCTION f(varchar) RETURNS int LANGUAGE sql AS 'SELECT 1';
       CREATE FUNCTION f(text[]) RETURNS int LANGUAGE sql AS 'SELECT 1';
       COMMENT ON FUNCTION f(_text) IS 'x'; COMMENT ON FUNCTION f(character varying(3)) IS 'y'`,
    );
    expect(objects.map(({ attachments: own }) => own.map(({ sql }) => sql))).toEqual([
      ["COMMENT ON FUNCTION app.f(character varying) IS 'y'"],
      ["COMMENT ON FUNCTION app.f(text[]) IS 'x'"],
    ]);
  });

  test("a name without arguments that means several overloads is a mistake", () => {
    const text = `CREATE FUNCTION f(int) RETURNS int LANGUAGE sql AS 'SELECT 1';
      CREATE FUNCTION f(text) RETURNS int LANGUAGE sql AS 'SELECT 1'; GRANT EXECUTE ON FUNCTION f TO r`;
    const { mistakes } = parseComponent("c.sql", text, { searchPath });
    expect(mistakes).toMatchObject([{ code: "foreign-attachment", offset: text.indexOf("GRANT") }]);
  });

  test("of statements that speak of the same thing the last counts", () => {
    expect(attachmentLines(`${view} COMMENT ON VIEW v IS 'a'; COMMENT ON VIEW v IS 'b'`)).toEqual([
      "comment: COMMENT ON VIEW app.v IS 'b' / COMMENT ON VIEW app.v IS NULL",
    ]);
  });
});

test("hashes do not depend on how the object is qualified, or on white space", () => {
  const [a] = attachments(`${materialized} CREATE INDEX i ON m (a, (b + 1))`);
  const [b] = attachments(`${materialized} create   index i on app.m (a, -- x\n (b+1))`);
  const [c] = attachments(`${materialized} CREATE INDEX i ON m (a, (b + 2))`);
  expect(a?.hash).toBe(b?.hash);
  expect(a?.hash).not.toBe(c?.hash);
});

test("targets name where the object's name stands", () => {
  for (const one of parsed(
    `${view} GRANT SELECT ON v TO a; COMMENT ON COLUMN v.a IS 'x'; ALTER VIEW v SET (security_barrier)`,
  ).objects) {
    const { object: name } = targetName(one.identity);
    for (const { sql, undo, target } of one.attachments) {
      expect(sql.slice(target.sql?.start, target.sql?.end)).toBe(name);
      expect(undo?.slice(target.undo?.start, target.undo?.end)).toBe(name);
    }
  }
});
