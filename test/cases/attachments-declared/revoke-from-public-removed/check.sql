select has_function_privilege('bob', 'f()', 'execute') as bob;
