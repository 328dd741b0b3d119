select (b).a::float8 from holds order by id;
