create function allowed(x int) returns boolean language sql stable security definer as 'select exists (select from own where id = x)';
