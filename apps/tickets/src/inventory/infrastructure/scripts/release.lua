-- Gives the units of a hold back before its time. ARGV: 2 hold id, 3 account
if not loaded() then return { 'NOT_LOADED' } end
expire_due()
local hold = read_hold(ARGV[2])
if not hold or hold.account ~= ARGV[3] then return { 'NOT_FOUND' } end
if hold.status == 'HELD' then
  give_back(hold, 'H')
  emit('HoldReleased', ARGV[2], hold)
  finish(ARGV[2], hold, 'RELEASED')
end
return { 'OK', cjson.encode(hold) }
