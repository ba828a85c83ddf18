-- The order of a reservation is written now. ARGV: 2 the load that `reserve` named, 3 hold id, 4 the hold as `reserve`
-- gave it. Stock that was built in between kept no reservation of an order that MongoDB did not know yet: it is put back.
-- Should the order be claimed already, it is one too many, which ends with its deadline. Where somebody else holds one of
-- its seats by now, the stock is built anew: the order has it, and that hold ends.
if not loaded() then
  -- Whoever builds it just now may have read MongoDB before the order was written: that building is not to be used.
  refuse_buildings()
  return { 'OK' }
end
if redis.call('HGET', sale, 'load') == ARGV[2] then return { 'OK' } end
local id, hold = ARGV[3], cjson.decode(ARGV[4])
local known = read_hold(id)
if not known or known.status == 'EXPIRED' then
  for _, at in ipairs(seats_of(hold)) do
    if not seat_is(at, 'F') then
      refuse_buildings()
      redis.call('HDEL', sale, 'generation')
      return { 'TO_BE_BUILT' }
    end
  end
  for _, line in ipairs(hold.lines) do
    redis.call('HINCRBY', sale, 'free:' .. line.ticketTypeId, -line.quantity)
  end
  count_for_account(hold, 1)
  change_seats(hold, 'F', 'H')
  write_hold(id, hold)
elseif known.status == 'HELD' then
  -- As an old append-only file has it: its units are taken.
  write_hold(id, hold)
end
return { 'OK' }
