/** Comments and white space between tokens change nothing of what a component declares but positions. */
import fc from "fast-check";
import { beforeAll, expect, test } from "vitest";
import { identityKey } from "../../graph/identity.ts";
import { retargetAttachment } from "../../graph/syntax/retarget.ts";
import { type Token, tokensOf } from "../../src/sql/lexer.ts";
import { loadParser } from "../../src/sql/parse-component.ts";
import { parsed } from "./parsing.ts";

beforeAll(loadParser);

const text = `CREATE OR REPLACE VIEW public."V é" (a, b) WITH (security_barrier = true) AS
  WITH c AS (SELECT 1 AS a) SELECT c.a, f(c.a) FROM c JOIN s.t USING (a) WITH LOCAL CHECK OPTION;
GRANT SELECT, UPDATE (a) ON public."V é" TO r, PUBLIC WITH GRANT OPTION;
ALTER VIEW public."V é" ALTER COLUMN a SET DEFAULT f(1, (2)), ALTER b SET DEFAULT 'x', OWNER TO r;
COMMENT ON COLUMN public."V é".a IS 'it''s';
CREATE MATERIALIZED VIEW m AS SELECT a AS data FROM s.t WITH NO DATA;
CREATE UNIQUE INDEX i ON m (data, (f(data)));
CREATE STATISTICS st ON a, b FROM m;
CREATE OR REPLACE FUNCTION f(a int DEFAULT 1, VARIADIC b text[] DEFAULT NULL) RETURNS SETOF s.v STABLE COST 3
  SET search_path = s, public LANGUAGE sql AS $$ SELECT * FROM v $$;
ALTER FUNCTION f(int, text[]) COST 4 SET work_mem = '5MB';
CREATE FUNCTION g(a int) RETURNS int LANGUAGE plpgsql AS 'BEGIN RETURN h(''x''); END';
CREATE AGGREGATE ag(int, text) (SFUNC = s.f, STYPE = int);
CREATE TRIGGER t BEFORE UPDATE OF a ON s.t FOR EACH ROW WHEN (f(new.a)) EXECUTE FUNCTION tf('x');
ALTER TABLE s.t ENABLE ALWAYS TRIGGER t;
CREATE RULE r AS ON INSERT TO public."V é" DO INSTEAD (INSERT INTO s.t VALUES (new.a); DELETE FROM s.u);
CREATE POLICY p ON s.t AS RESTRICTIVE FOR ALL TO r, CURRENT_USER USING (f(a)) WITH CHECK (a IN (1, 2));
COMMENT ON POLICY p ON s.t IS 'c'`;

const noise = fc.constantFrom(
  " ",
  "\n",
  "\r\n",
  "\t",
  " /* c */ ",
  " /* /* ( */ ' */ ",
  " -- ' (\n",
  " -- , ;\r\n",
  " /* 😀 é */ ",
);

/** The text with something between all tokens that are not parts of one operator, number or name. */
function noisy(tokens: readonly Token[], fillings: readonly string[]): string {
  let result = fillings[0] ?? "";
  for (const [i, token] of tokens.entries()) {
    const next = tokens[i + 1];
    result += text.slice(token.start, token.end);
    const glued =
      next !== undefined && token.kind === "symbol" && next.kind === "symbol" && token.end === next.start;
    result += glued ? "" : (fillings[(i + 1) % fillings.length] ?? " ");
  }
  return result;
}

function facts(source: string) {
  const { objects, loose } = parsed(source);
  return {
    loose: loose.length,
    objects: objects.map(({ identity, hash, sql, offset, name, attachments, references }) => ({
      key: identityKey(identity),
      hash,
      name: tokensOf(sql, name.start, name.end).map(({ start, end }) => sql.slice(start, end)),
      placed: source.slice(offset, offset + sql.length) === sql,
      references: references.map(({ offset: _, ...reference }) => reference),
      attachments: attachments.map((attachment) => ({
        key: attachment.key,
        hash: attachment.hash,
        undo: attachment.undo,
        tokens: tokensOf(attachment.sql, 0, attachment.sql.length).map(({ start, end }) =>
          attachment.sql.slice(start, end),
        ),
        moved: retargetAttachment(attachment, identity).sql === attachment.sql,
      })),
    })),
  };
}

test("whatever stands between the tokens", () => {
  const tokens = tokensOf(text, 0, text.length);
  const expected = facts(text);
  expect(expected.objects).toHaveLength(8);
  expect(expected.objects.flatMap(({ attachments }) => attachments)).toHaveLength(20);
  fc.assert(
    fc.property(fc.array(noise, { minLength: 1, maxLength: 40 }), (fillings) => {
      expect(facts(noisy(tokens, fillings))).toEqual(expected);
    }),
    { numRuns: 60 },
  );
});
