drop function if exists f();
