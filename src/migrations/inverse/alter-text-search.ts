/** ALTER TEXT SEARCH CONFIGURATION and DICTIONARY: mappings and options as they were. */
import type { AlterTSConfigurationStmt, AlterTSDictionaryStmt } from "@pgsql/types";
import { quoteLiteral } from "../../../graph/quote.ts";
import { nameParts } from "../../../graph/syntax/syntax-tree.ts";
import type { Row } from "../../database/database.ts";
import { type Answer, askBefore, compareAround, undo } from "./answer.ts";
import { dotted } from "./names.ts";
import { elementsOf } from "./node.ts";

/** One row a token type: its dictionaries in their order. */
export function undoTextSearchConfiguration({ cfgname }: AlterTSConfigurationStmt): Answer {
  const name = dotted(nameParts(cfgname));
  const mappings = `SELECT t.alias AS token, pg_catalog.string_agg(m.mapdict::pg_catalog.regdictionary::pg_catalog.text, ', ' ORDER BY m.mapseqno) AS dictionaries
FROM pg_catalog.pg_ts_config AS c JOIN pg_catalog.pg_ts_config_map AS m ON m.mapcfg = c.oid, LATERAL pg_catalog.ts_token_type(c.cfgparser) AS t
WHERE c.oid = ${quoteLiteral(name)}::pg_catalog.regconfig AND t.tokid = m.maptokentype GROUP BY t.alias ORDER BY t.alias`;
  return compareAround(mappings, (before, after) => undo(...mappingsBack(name, before, after)));
}

function mappingsBack(name: string, before: readonly Row[], after: readonly Row[]): readonly string[] {
  const was = new Map(before.map((row) => [row.token, row.dictionaries]));
  const is = new Map(after.map((row) => [row.token, row.dictionaries]));
  const alter = `ALTER TEXT SEARCH CONFIGURATION ${name}`;
  return [
    ...[...is.keys()]
      .filter((token) => !was.has(token))
      .map((token) => `${alter} DROP MAPPING FOR ${String(token)}`),
    ...[...was].flatMap(([token, dictionaries]) => {
      if (is.get(token) === dictionaries) return [];
      return [
        `${alter} ${is.has(token) ? "ALTER" : "ADD"} MAPPING FOR ${String(token)} WITH ${String(dictionaries)}`,
      ];
    }),
  ];
}

/** pg_ts_dict.dictinitoption holds the options as SQL: `language = 'english', stopwords = 'english'`. */
export function undoTextSearchDictionary({ dictname, options }: AlterTSDictionaryStmt): Answer {
  const name = dotted(nameParts(dictname));
  const touched = elementsOf(options).map(({ defname = "" }) => defname);
  return askBefore(
    `SELECT d.dictinitoption AS options FROM pg_catalog.pg_ts_dict AS d WHERE d.oid = ${quoteLiteral(name)}::pg_catalog.regdictionary`,
    ([row]) => {
      const written = typeof row?.options === "string" ? row.options : "";
      const old = new Map(
        [...written.matchAll(/("(?:[^"]|"")+"|[a-z_0-9]+) = (E?'(?:[^']|'')*')/gi)].map((match) => [
          (match[1] ?? "").replace(/^"|"$/g, "").toLowerCase(),
          match[2] ?? "",
        ]),
      );
      const words = touched.map((option) => {
        const value = old.get(option);
        return value === undefined ? option : `${option} = ${value}`;
      });
      return undo(`ALTER TEXT SEARCH DICTIONARY ${name} (${words.join(", ")})`);
    },
  );
}
