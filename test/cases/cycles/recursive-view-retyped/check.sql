select s from sums;
