select * from stranger;
