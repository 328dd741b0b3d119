create function f(r v3) returns bigint language sql return r.count;
