select (b).id, (b).a from holds
