create function f() returns int language plmissing as 'x';
