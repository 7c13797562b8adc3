-- Why: a price that a merchant quoted holds for a while only. While the payment is with whoever keeps the money, due_at means something else; and if that one
-- refuses, the same price is offered from another source only as long as it holds.

alter table open_payments
  add column price_until timestamptz;               -- of a charge whose price was quoted; null = the price stays
