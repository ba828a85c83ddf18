-- Turns a hold into an order's reservation. Repeating it gives the same order id again, and the order that is written then
-- its whole time. Names the load of the stock: see `counted`.
-- ARGV: 2 hold id, 3 account, 4 order id, 5 reservation time in ms: longer than the order may be paid, so that a crash
-- between this script and the order's document heals itself
if not loaded() then return { 'NOT_LOADED' } end
expire_due()
local hold = read_hold(ARGV[2])
if not hold or hold.account ~= ARGV[3] then return { 'NOT_FOUND' } end
-- When the event was cancelled meanwhile it stays a hold.
if hold.status == 'HELD' and redis.call('HGET', sale, 'open') == '1' then
  hold.status = 'ORDERED'
  hold.orderId = ARGV[4]
  hold.deadline = now + tonumber(ARGV[5])
  write_hold(ARGV[2], hold)
elseif hold.status == 'ORDERED' then
  hold.deadline = math.max(hold.deadline, now + tonumber(ARGV[5]))
  write_hold(ARGV[2], hold)
end
return { 'OK', cjson.encode(hold), redis.call('HGET', sale, 'load') or '' }
