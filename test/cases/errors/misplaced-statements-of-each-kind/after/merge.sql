merge into t using t u on false when matched then delete;
