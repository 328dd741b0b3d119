/** A made-up project: areas of ten components each over a table of their own, that a seeded generator changes. */
import type { Random } from "../../property/random.ts";

export interface Area {
  readonly number: number;
  /** Numbers of the table's further columns, of type integer or bigint. */
  readonly columns: readonly { readonly number: number; readonly type: "integer" | "bigint" }[];
  /** Those that the lowest view shows. */
  readonly shown: number;
  readonly addend: number;
  readonly wide: boolean;
  readonly descending: boolean;
  readonly remark: number;
  readonly reader: "alice" | "bob" | null;
  readonly result: "integer" | "bigint";
  readonly body: number;
  readonly hasProcedure: boolean;
}

export interface AreaChange {
  readonly area: Area;
  readonly around: string;
}

export const variables = { factor: 3, currency: "EUR" };

export const sharedMacros =
  "{% macro money(column) %}round({{ column | ident }} * {{ factor }} / 100.0, 2){% endmacro %}\n";

export function firstArea(number: number): Area {
  return {
    number,
    columns: [],
    shown: 0,
    addend: 1,
    wide: false,
    descending: false,
    remark: 0,
    reader: null,
    result: "integer",
    body: 1,
    hasProcedure: true,
  };
}

export function areaTable({ number }: Area): string {
  return `create table t_${number} (id integer primary key, a integer, note text);
alter table t_${number} enable row level security;
insert into t_${number} values (1, 10, 'one');
`;
}

type Change = (area: Area, random: Random) => AreaChange;

const plain = (area: Area): AreaChange => ({ area, around: "" });

const changes: readonly Change[] = [
  (area) => plain({ ...area, addend: area.addend + 1 }),
  (area) => plain({ ...area, wide: !area.wide }),
  (area) => plain({ ...area, descending: !area.descending }),
  (area) => plain({ ...area, remark: area.remark + 1 }),
  (area, random) => plain({ ...area, reader: area.reader === null ? random.pick(["alice", "bob"]) : null }),
  (area) => plain({ ...area, result: area.result === "integer" ? "bigint" : "integer" }),
  (area) => plain({ ...area, body: area.body + 1 }),
  (area) => plain({ ...area, hasProcedure: !area.hasProcedure }),
  (area) => plain({ ...area, shown: (area.shown + 1) % (area.columns.length + 1), body: area.body + 1 }),
  (area) => {
    const number = area.columns.length + 1;
    const columns = [...area.columns, { number, type: "integer" as const }];
    return {
      area: { ...area, columns, shown: columns.length },
      around: `alter table t_${area.number} add column c_${number} integer default 0;`,
    };
  },
  (area, random) => {
    if (area.columns.length === 0) return plain({ ...area, addend: area.addend + 1 });
    const column = random.pick(area.columns);
    const type = column.type === "integer" ? "bigint" : "integer";
    return {
      area: { ...area, columns: area.columns.map((one) => (one === column ? { ...one, type } : one)) },
      around: `alter table t_${area.number} alter column c_${column.number} type ${type};`,
    };
  },
];

export function changeArea(area: Area, random: Random): AreaChange {
  return random.pick(changes)(area, random);
}

/** Component path to text. */
export function areaComponents(area: Area): ReadonlyMap<string, string> {
  const { number: n, addend, result } = area;
  const shown = area.columns.slice(0, area.shown).map(({ number }) => `c_${number}`);
  const columns = ["id", area.wide ? "a::bigint as a" : "a", ...shown].join(", ");
  const remark = area.remark === 0 ? "" : `\ncomment on view base_${n} is 'Remark ${area.remark}';\n`;
  const grant = area.reader === null ? "" : `\ngrant select on middle_${n} to ${area.reader};\n`;
  const files: readonly (readonly [string, string])[] = [
    ["base.sql", `create view base_${n} as\nselect ${columns} from t_${n};\n${remark}`],
    ["middle.sql", `create view middle_${n} as\nselect *, a + ${addend} as next from base_${n};\n${grant}`],
    [
      "top.sql.jinja",
      `{% import "_shared.sql.jinja" as shared %}create view top_${n} as
select id, {{ shared.money('next') }} as amount, {{ currency }} as currency from middle_${n};\n`,
    ],
    [
      "summary.sql",
      `create materialized view summary_${n} as\nselect next, count(*) as rows from middle_${n} group by next;

create unique index summary_${n}_next on summary_${n} (next${area.descending ? " desc" : ""});\n`,
    ],
    [
      "twice.sql",
      `create function twice_${n}(x integer) returns ${result} language sql immutable return x * 2;\n`,
    ],
    [
      "total.sql",
      `create function total_${n}() returns numeric language plpgsql as $$
begin
  return (select sum(twice_${n}(id)) + ${area.body} from top_${n});
end
$$;\n`,
    ],
    [
      "stamp.sql",
      `create function stamp_${n}() returns trigger language plpgsql as $$
begin
  new.note := '${area.body}';
  return new;
end
$$;

create trigger stamp before update on t_${n} for each row execute function stamp_${n}();\n`,
    ],
    ["visible.sql", `create policy visible on t_${n} using (twice_${n}(id) > ${addend});\n`],
    ["doubled.sql", `create view doubled_${n} as\nselect id, twice_${n}(id) as doubled from base_${n};\n`],
    ...(area.hasProcedure
      ? [
          [
            "reset.sql",
            `create procedure reset_${n}() language plpgsql as $$ begin update t_${n} set a = ${area.body}; end $$;\n`,
          ] as const,
        ]
      : []),
  ];
  return new Map(files.map(([name, text]) => [`area_${n}/${name}`, text]));
}
