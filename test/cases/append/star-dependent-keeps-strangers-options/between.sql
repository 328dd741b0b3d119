alter view base set (security_barrier = true, check_option = cascaded);
alter view wide set (security_invoker = true, check_option = local);
