select * from joined
