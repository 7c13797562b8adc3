-- Why: whoever has got a new SIM card for a number may not be who had the number. For some days the wallet and the bank account are closed to payments.
-- Both columns are written when subscribers are loaded and only read by payments; null takes no room in the row.

alter table subscribers
  add column sim            bytea,                  -- keyed hash of the IMSI; null = not known
  add column sim_changed_at timestamptz;            -- when it was last seen to be another one
