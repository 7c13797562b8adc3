-- Why: a call to a bank that was taken out of the settings is taken up every two minutes, for as long as it takes to set it again. A count that overflowed
-- would stop the calls of its whole lane.

alter table connector_calls
  alter column attempts type integer;
