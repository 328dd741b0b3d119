alter function f(int) stable security definer;
