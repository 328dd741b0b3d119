create function h() returns setof w language sql begin atomic select * from w; end;
