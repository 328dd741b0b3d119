select s::int from sums;
