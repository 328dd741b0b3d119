grant execute on function f(int) to bob; comment on function f(int) is 'kept';
