create function f(in n integer) returns integer as $$ select n $$ volatile called on null input security invoker parallel unsafe cost 100 language sql;
