select obj_description('v'::regclass), to_regclass('stranger') as stranger, to_regclass('other') as other;
