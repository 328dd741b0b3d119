select a::text from top
