alter view recreated set (security_barrier = true, check_option = local);
alter view replaced set (security_invoker = true, check_option = cascaded);
alter view rebound set (security_invoker = on, security_barrier = off, check_option = cascaded);
