-- Takes the units of a whole cart or none. ARGV: 2 hold id, 3 account, 4 hold time in ms, 5 lines as JSON,
-- 6 the most the buyer agrees to pay (or empty), 7 its currency (or empty), 8 correlation id
if not loaded() then return { 'NOT_LOADED' } end
expire_due()
local id, account, hold_ms, lines = ARGV[2], ARGV[3], tonumber(ARGV[4]), cjson.decode(ARGV[5])
local max_total, max_currency, correlation = tonumber(ARGV[6]), ARGV[7], ARGV[8]

local start, finish_at = number('salesStart'), number('salesEnd')
if redis.call('HGET', sale, 'open') ~= '1' or now < start or now >= finish_at then
  return { 'SALES_CLOSED', start, finish_at }
end

local units, total = 0, 0
for _, line in ipairs(lines) do
  local free = number('free:' .. line.ticketTypeId)
  if not free then return { 'UNKNOWN_TICKET_TYPE', line.ticketTypeId } end
  local per_order = number('maxPerOrder:' .. line.ticketTypeId)
  if line.quantity > per_order then return { 'LIMIT_EXCEEDED', 'maxPerOrder', per_order } end
  if line.quantity > free then return { 'SOLD_OUT', line.ticketTypeId, math.max(free, 0) } end
  line.amount = number('price:' .. line.ticketTypeId)
  units = units + line.quantity
  total = total + line.amount * line.quantity
end

local per_account = number('maxPerAccount')
if tonumber(redis.call('HGET', accounts, account) or '0') + units > per_account then
  return { 'LIMIT_EXCEEDED', 'maxPerAccount', per_account }
end
local currency = redis.call('HGET', sale, 'currency')
if max_total and (max_currency ~= currency or total > max_total) then
  return { 'PRICE_CHANGED', total, currency }
end

for _, line in ipairs(lines) do
  redis.call('HINCRBY', sale, 'free:' .. line.ticketTypeId, -line.quantity)
end
count_for_account(account, units)
local hold = {
  account = account, status = 'HELD', lines = lines, total = total, currency = currency,
  deadline = now + hold_ms, expiresAt = now + hold_ms, correlation = correlation,
}
write_hold(id, hold)
emit('HoldPlaced', id, hold)
return { 'OK', cjson.encode(hold) }
