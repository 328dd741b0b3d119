grant alice to bob;
