-- Gives a hold more time, once. ARGV: 2 hold id, 3 account, 4 more time in ms
if not loaded() then return { 'NOT_LOADED' } end
expire_due()
local hold = read_hold(ARGV[2])
if not hold or hold.account ~= ARGV[3] then return { 'NOT_FOUND' } end
if hold.status == 'HELD' then
  if hold.extended then return { 'EXTENDED', hold.expiresAt } end
  hold.extended = true
  hold.deadline = hold.deadline + tonumber(ARGV[4])
  hold.expiresAt = hold.deadline
  write_hold(ARGV[2], hold)
end
return { 'OK', cjson.encode(hold) }
