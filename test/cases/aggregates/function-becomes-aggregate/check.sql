select n::text from reader
