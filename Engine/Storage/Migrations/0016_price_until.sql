-- Why: a price that a merchant quoted may hold for a while only. If whoever keeps the money refuses, the same price is offered from another source only as
-- long as it holds; due_at means something else by then.

alter table open_payments
  add column price_until timestamptz;               -- null = the price stays
