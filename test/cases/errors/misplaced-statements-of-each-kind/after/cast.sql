create cast (int as text) with inout;
