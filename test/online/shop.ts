/** Two materialized views in a chain with a view between, with all that can hang on them, and a change that makes them anew. */

export const base = `create table t (id int primary key, a int, b text);
insert into t select i, i % 7, 'x' || i from generate_series(1, 500) i;
grant create on schema public to alice;
grant select on t to alice, bob;`;

const files = (a: string): ReadonlyMap<string, string> =>
  new Map([
    ["base.sql", `create view base as select id, ${a} as a, b from t;\ngrant select on base to alice;`],
    [
      "m.sql",
      `create materialized view m as select id, a, b from base;
create unique index m_id on m (id);
create index m_a on m (a) include (b) where a > 1;
grant select on m to alice, bob;
comment on materialized view m is 'the first';
comment on column m.a is 'how many';`,
    ],
    ["f.sql", "create function f(m) returns bigint language sql begin atomic select ($1).a::bigint; end;"],
    ["mid.sql", "create view mid as select id, a, a * 2 as twice, b from m;\ngrant select on mid to alice;"],
    [
      "m2.sql",
      `create materialized view m2 as select twice, count(*) as n from mid group by twice;
create unique index m2_twice on m2 (twice);
alter materialized view m2 owner to alice;
comment on index m2_twice is 'one row each';`,
    ],
    ["top.sql", "create view top as select m.id, m2.n from m join m2 on m2.twice = m.a * 2;"],
    [
      "other.sql",
      "create materialized view other as select id, b from t;\ncreate index other_id on other (id);",
    ],
  ]);

export const before = files("a");
/** Beside the change of type an index is new on a materialized view that stays. */
export const after = new Map([
  ...files("a::bigint"),
  [
    "other.sql",
    "create materialized view other as select id, b from t;\ncreate index other_id on other (id);\ncreate index other_b on other (b) with (fillfactor = 70);",
  ],
]);

/** What strangers hang on them. */
export const hung = `alter materialized view m cluster on m_id;
alter materialized view m alter column b set statistics 77;
alter materialized view m set (fillfactor = 60);
create statistics m_st (ndistinct) on a, b from m;
comment on statistics m_st is 'by hand';
create view strange as select id, a from m where a > 2;
create materialized view stranger as select count(*) as n from strange;
create index stranger_n on stranger (n);
grant select on strange to bob;
comment on view strange is 'nobody declares it';`;
