-- What somebody wrote off of a line: its difference, signed; null: nothing. `state` stays what the line was found to be: a line settles of its
-- order what the books expected of it, whether its difference is written off or not.
alter table payouts_v1.lines add column written_off numeric;
