drop table app.highest_discount;
