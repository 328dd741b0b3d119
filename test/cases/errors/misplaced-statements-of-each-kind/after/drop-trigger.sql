drop trigger if exists tr on t;
