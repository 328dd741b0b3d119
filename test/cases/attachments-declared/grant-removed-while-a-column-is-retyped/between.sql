grant delete on v to bob, carol;
