/** Small migrations, the same SQL for every tool. */

export interface SmallMigration {
  /** From 1 on. */
  readonly number: number;
  /** Fourteen digits, a second apart. */
  readonly timestamp: string;
  readonly sql: string;
}

export function smallMigrations(count: number): readonly SmallMigration[] {
  return Array.from({ length: count }, (_, index) => {
    const number = index + 1;
    const moment = new Date(Date.UTC(2024, 0, 1, 0, 0, number));
    return {
      number,
      timestamp: moment.toISOString().replace(/\D/g, "").slice(0, 14),
      sql: `create table item_${number} (id bigint primary key, name text not null);
alter table item_${number} add column note text default 'none';
comment on table item_${number} is 'number ${number}';
`,
    };
  });
}
