-- Builds an event's stock from what MongoDB knows. Holds live in Redis only: those that are still there and running
-- keep their units, and end when their seats are somebody else's. ARGV: 2 epoch read before MongoDB was, 3 sale fields
-- as a JSON object, 4 unsold units by ticket type as a JSON object, 5 open orders as a JSON object {hold id: hold},
-- 6 bought units as a JSON object, by account and by <account>/<ticket type>, 7 the letters of its seats without holds
-- and open orders (or empty)
if (redis.call('GET', epoch) or '0') ~= ARGV[2] then return { 'STALE' } end
if loaded() then return { 'OK' } end
local fields, free, orders, bought =
  cjson.decode(ARGV[3]), cjson.decode(ARGV[4]), cjson.decode(ARGV[5]), cjson.decode(ARGV[6])

-- Many fields at a time: an event may have a hundred thousand buyers, and nobody else is served meanwhile.
local function set_all(key, values)
  local batch = {}
  for field, value in pairs(values) do
    batch[#batch + 1] = field
    batch[#batch + 1] = value
    if #batch >= 2000 then
      redis.call('HSET', key, unpack(batch))
      batch = {}
    end
  end
  if #batch > 0 then redis.call('HSET', key, unpack(batch)) end
end

for _, id in ipairs(redis.call('HKEYS', holds)) do
  local hold = read_hold(id)
  if orders[id] or (hold.status == 'ORDERED') then
    redis.call('HDEL', holds, id)
    redis.call('ZREM', deadlines, id)
  end
end
local seats_before, seating_before = redis.call('GET', seats) or '', redis.call('HGET', sale, 'seating')
local version_before, run_before = number('seatVersion'), redis.call('HGET', sale, 'seatRun')
redis.call('UNLINK', accounts, sale, seats)
set_all(sale, fields)
if version_before then redis.call('HSET', sale, 'seatVersion', version_before) end
if ARGV[7] ~= '' then redis.call('SET', seats, ARGV[7]) end
set_all(accounts, bought)
for id, order in pairs(orders) do
  write_hold(id, order)
  move_seats(order, 'F', 'H')
end

local function has_lost_seats(hold)
  for _, at in ipairs(seats_of(hold)) do
    if not seat_is(at, 'F') then return true end
  end
  return false
end

for _, id in ipairs(redis.call('HKEYS', holds)) do
  local hold = read_hold(id)
  if hold.status == 'HELD' and has_lost_seats(hold) then
    emit('HoldExpired', id, hold)
    finish(id, hold, 'EXPIRED')
  elseif hold.status == 'HELD' or hold.status == 'ORDERED' then
    for _, line in ipairs(hold.lines) do
      if free[line.ticketTypeId] then free[line.ticketTypeId] = free[line.ticketTypeId] - line.quantity end
    end
    count_for_account(hold, 1)
    move_seats(hold, 'F', 'H')
  end
end
for id, units in pairs(free) do redis.call('HSET', sale, 'free:' .. id, units) end
redis.call('HSET', sale, 'generation', generation)
if ARGV[7] ~= '' then
  redis.call('HSET', sale, 'seatRun', generation)
  -- Of another run of Redis they may be older than what was told since, whatever they look like.
  local has_changed = run_before ~= generation
    or seating_before ~= fields.seating or (redis.call('GET', seats) or '') ~= seats_before
  if has_changed then tell_seats() end
end
return { 'OK' }
