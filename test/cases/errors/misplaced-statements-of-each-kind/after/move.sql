alter function f() set schema app;
