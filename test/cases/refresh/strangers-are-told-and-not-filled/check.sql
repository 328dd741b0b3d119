select total::int from other.m;
