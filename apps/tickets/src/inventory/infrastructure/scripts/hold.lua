-- Takes the units and seats of a whole cart or none. ARGV: 2 hold id, 3 account, 4 hold time in ms, 5 lines as JSON,
-- 6 the most the buyer agrees to pay (or empty), 7 its currency (or empty), 8 correlation id,
-- 9 the desk's channel: COMPLIMENTARY costs nothing, and with either no account's limits count (empty for buyers),
-- 10 the seating by which the lines' seats were chosen (or empty).
-- Taking a hold again that still stands, or was ordered, changes nothing.
if not loaded() then return { 'NOT_LOADED' } end
expire_due()
local id, account, hold_ms, lines = ARGV[2], ARGV[3], tonumber(ARGV[4]), cjson.decode(ARGV[5])
local max_total, max_currency, correlation = tonumber(ARGV[6]), ARGV[7], ARGV[8]
local channel = ARGV[9] ~= '' and ARGV[9] or nil

local before = read_hold(id)
if before and before.account == account
  and (before.status == 'HELD' or before.status == 'ORDERED' or before.status == 'SOLD') then
  return { 'OK', cjson.encode(before) }
end

if (redis.call('HGET', sale, 'seating') or '') ~= ARGV[10] then return { 'SEATING_CHANGED' } end
if redis.call('HGET', sale, 'open') ~= '1' then return { 'SALES_CLOSED', '', '', '' } end
local start, finish_at = number('salesStart'), number('salesEnd')
if now < start or now >= finish_at then return { 'SALES_CLOSED', start, finish_at, '' } end

-- A visitor may hold once at a time, and not too many visitors from one address may hold at all.
local address = address_of(account)
if address then
  if counted(account) > 0 then return { 'LIMIT_EXCEEDED', 'holdsPerVisitor', 1, '' } end
  if counted(address) >= MAX_HOLDS_PER_ADDRESS then
    return { 'LIMIT_EXCEEDED', 'holdsPerAddress', MAX_HOLDS_PER_ADDRESS, '' }
  end
end

local units, total = 0, 0
for _, line in ipairs(lines) do
  local ticket_type = line.ticketTypeId
  local free, per_order = number('free:' .. ticket_type), number('maxPerOrder:' .. ticket_type)
  -- One that was removed from the event has units still, and no terms.
  if not free or not per_order then return { 'UNKNOWN_TICKET_TYPE', ticket_type } end
  local from, to = number('salesStart:' .. ticket_type) or start, number('salesEnd:' .. ticket_type) or finish_at
  if now < from or now >= to then return { 'SALES_CLOSED', from, to, ticket_type } end
  local per_account = number('maxPerAccount:' .. ticket_type)
  if line.quantity > per_order then return { 'LIMIT_EXCEEDED', 'maxPerOrder', per_order, ticket_type } end
  if per_account and not channel and counted(account_of_type(account, ticket_type)) + line.quantity > per_account then
    return { 'LIMIT_EXCEEDED', 'maxPerAccount', per_account, ticket_type }
  end
  if line.quantity > free then return { 'SOLD_OUT', ticket_type, math.max(free, 0) } end
  line.amount = channel == 'COMPLIMENTARY' and 0 or number('price:' .. ticket_type)
  units = units + line.quantity
  total = total + line.amount * line.quantity
end

local lost = {}
for _, at in ipairs(seats_of({ lines = lines })) do
  if not seat_is(at, 'F') then lost[#lost + 1] = at end
end
if #lost > 0 then return { 'SEAT_TAKEN', cjson.encode(lost) } end

local per_account = number('maxPerAccount')
if not channel and counted(account) + units > per_account then return { 'LIMIT_EXCEEDED', 'maxPerAccount', per_account, '' } end
local currency = redis.call('HGET', sale, 'currency')
if max_total and max_currency ~= currency then return { 'WRONG_CURRENCY', currency } end
if max_total and total > max_total then return { 'PRICE_CHANGED', total, currency } end

for _, line in ipairs(lines) do
  redis.call('HINCRBY', sale, 'free:' .. line.ticketTypeId, -line.quantity)
end
local hold = {
  account = account, status = 'HELD', lines = lines, total = total, currency = currency,
  deadline = now + hold_ms, expiresAt = now + hold_ms, correlation = correlation, channel = channel,
}
count_for_account(hold, 1)
change_seats(hold, 'F', 'H')
write_hold(id, hold)
emit('HoldPlaced', id, hold)
return { 'OK', cjson.encode(hold) }
