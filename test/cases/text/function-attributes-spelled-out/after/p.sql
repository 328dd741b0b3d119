create procedure p() as $$ select 1 $$ security invoker language 'sql';
