create recursive view counted (id, depth) as
select id::text, 0 from base where parent is null
union all
select base.id::text, depth + 1 from base join counted on counted.id = base.parent::text;
