select * from correlated
