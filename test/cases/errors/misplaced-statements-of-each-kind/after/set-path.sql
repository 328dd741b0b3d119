set search_path to app;
