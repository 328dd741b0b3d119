create policy p on public.t as permissive for all to public using ((a > 0));
