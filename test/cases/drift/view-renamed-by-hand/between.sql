alter view v rename to v_old;
