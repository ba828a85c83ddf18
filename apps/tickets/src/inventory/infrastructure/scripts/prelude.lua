-- What every script of an event's stock begins with.
-- KEYS: 1 sale, 2 holds, 3 deadlines, 4 accounts, 5 facts, 6 epoch, 7 seats; all carry the event's hash tag.
-- ARGV: 1 generation: the run id of the server that the caller is connected to.
--
-- sale      hash: generation, load (an id of this building of the stock), terms (what of the event it was built from),
--           open, salesStart, salesEnd, maxPerAccount, currency, types (JSON list), and for each ticket type free:<id>,
--           price:<id>, priceVersion:<id>, capacity:<id>, maxPerOrder:<id>, and where it has its own
--           maxPerAccount:<id>, salesStart:<id>, salesEnd:<id>; where it sells seats: seating (which seats, and as which
--           ticket types), seatVersion (rises with every change of a seat, and is never below the time in ms),
--           seatRun (the generation that its letters and version are of)
-- holds     hash: hold id -> {account, status, lines, total, deadline, orderId, correlation, channel}; channel is the
--           desk's, whose holds count for no account and are no demand; a line of seats has them as
--           {at, seatId, section, row, number}. Also <hold id>/<number> -> a return of an order's units, once made
-- deadlines sorted set: hold id -> when its units come back, or, once it has ended, when it is forgotten (ms)
-- accounts  hash: account id -> units it holds, has ordered or has bought; <account id>/<ticket type id> -> those of a
--           ticket type that has a limit of its own; address:<address> -> holds of visitors from there
-- facts     stream: demand facts on their way to Kafka
-- seats     string: a letter for each seat of the event's plan, by its place in the plan: F free, H held or ordered,
--           T taken for good, B not for sale. Also the channel on which a new seatVersion is told.
local sale, holds, deadlines, accounts, facts, epoch, seats =
  KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[6], KEYS[7]
local generation = ARGV[1]
local REMEMBER_MS = 900000
local EXPIRE_AT_ONCE = 200
local MAX_HOLDS_PER_ADDRESS = 20
-- Of one event, while Kafka is away for long: the oldest go. They are evidence for prices, nothing that anybody owns.
local MAX_FACTS = 100000

local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)

-- A building of the stock that is under way is not to be used. Remembered for far longer than one takes.
local function refuse_buildings()
  redis.call('INCR', epoch)
  redis.call('EXPIRE', epoch, 3600)
end

local function loaded()
  return redis.call('HGET', sale, 'generation') == generation
end

local function number(field)
  return tonumber(redis.call('HGET', sale, field))
end

local function read_hold(id)
  local text = redis.call('HGET', holds, id)
  return text and cjson.decode(text)
end

local function write_hold(id, hold)
  redis.call('HSET', holds, id, cjson.encode(hold))
  redis.call('ZADD', deadlines, hold.deadline, id)
end

local function emit(kind, id, hold)
  if hold.channel then return end
  for index, line in ipairs(hold.lines) do
    local body = cjson.encode({
      ticketTypeId = line.ticketTypeId, quantity = line.quantity, amount = line.amount,
      currency = hold.currency, account = hold.account, correlation = hold.correlation,
    })
    redis.call('XADD', facts, 'MAXLEN', '~', MAX_FACTS, '*',
      'type', kind, 'hold', id, 'line', index, 'at', now, 'body', body)
  end
end

local function account_of_type(account, ticket_type)
  return account .. '/' .. ticket_type
end

local function add_to_account(field, units)
  if redis.call('HINCRBY', accounts, field, units) <= 0 then redis.call('HDEL', accounts, field) end
end

local function counted(field)
  return tonumber(redis.call('HGET', accounts, field) or '0')
end

-- Where an anonymous visitor comes from; nil for an account: visitor:<address>:<visitor id>, see domain/holder.ts.
local function address_of(account)
  local address = string.match(account, '^visitor:([^:]+):')
  return address and 'address:' .. address
end

-- Counts the units of a hold for its account: sign 1 when they are taken, -1 when they are given back.
local function count_for_account(hold, sign)
  if hold.channel then return end
  local units = 0
  for _, line in ipairs(hold.lines) do
    units = units + line.quantity
    if number('maxPerAccount:' .. line.ticketTypeId) then
      add_to_account(account_of_type(hold.account, line.ticketTypeId), sign * line.quantity)
    end
  end
  add_to_account(hold.account, sign * units)
  local address = address_of(hold.account)
  if address then add_to_account(address, sign) end
end

local function seats_of(hold)
  local found = {}
  for _, line in ipairs(hold.lines) do
    for _, seat in ipairs(line.seats or {}) do found[#found + 1] = seat.at end
  end
  return found
end

local function seat_is(at, state)
  return redis.call('GETRANGE', seats, at, at) == state
end

-- Moves those of a hold's seats that are in one state to another. True when there were any.
local function move_seats(hold, from, to)
  local moved = false
  for _, at in ipairs(seats_of(hold)) do
    if seat_is(at, from) then
      redis.call('SETRANGE', seats, at, to)
      moved = true
    end
  end
  return moved
end

-- Seats have changed: the next version, told to whoever watches. No Redis, old or empty, ever gives a version twice.
local function tell_seats()
  local version = math.max((number('seatVersion') or 0) + 1, now)
  redis.call('HSET', sale, 'seatVersion', version)
  redis.call('PUBLISH', seats, version)
end

local function change_seats(hold, from, to)
  if move_seats(hold, from, to) then tell_seats() end
end

-- The units of a hold, of an order's reservation or of a purchase become free, and its seats, which are in this state.
local function give_back(hold, seat_state)
  for _, line in ipairs(hold.lines) do
    redis.call('HINCRBY', sale, 'free:' .. line.ticketTypeId, line.quantity)
  end
  count_for_account(hold, -1)
  change_seats(hold, seat_state, 'F')
end

local function finish(id, hold, status)
  hold.status = status
  hold.deadline = now + REMEMBER_MS
  write_hold(id, hold)
end

local function expire_due()
  for _, id in ipairs(redis.call('ZRANGEBYSCORE', deadlines, '-inf', now, 'LIMIT', 0, EXPIRE_AT_ONCE)) do
    local hold = read_hold(id)
    if hold and (hold.status == 'HELD' or hold.status == 'ORDERED') then
      give_back(hold, 'H')
      if hold.status == 'HELD' then emit('HoldExpired', id, hold) end
      finish(id, hold, 'EXPIRED')
    else
      redis.call('HDEL', holds, id)
      redis.call('ZREM', deadlines, id)
    end
  end
end
