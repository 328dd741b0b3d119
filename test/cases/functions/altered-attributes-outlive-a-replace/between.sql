grant execute on function f(int) to carol
