select last_value from built;
