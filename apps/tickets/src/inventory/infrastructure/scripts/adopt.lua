-- Makes a visitor's hold that of the account which the visitor has signed in to, within the account's limits. One that
-- has ended changes hands too, so that its new owner is told what became of it.
-- ARGV: 2 hold id, 3 the visitor's account, 4 account
if not loaded() then return { 'NOT_LOADED' } end
expire_due()
local hold, account = read_hold(ARGV[2]), ARGV[4]
if not hold or hold.account ~= ARGV[3] then return { 'NOT_FOUND' } end
if hold.status ~= 'HELD' then
  hold.account = account
  write_hold(ARGV[2], hold)
  return { 'OK', cjson.encode(hold) }
end

local units = 0
for _, line in ipairs(hold.lines) do
  local max = number('maxPerAccount:' .. line.ticketTypeId)
  if max and counted(account_of_type(account, line.ticketTypeId)) + line.quantity > max then
    return { 'LIMIT_EXCEEDED', 'maxPerAccount', max, line.ticketTypeId }
  end
  units = units + line.quantity
end
local max = number('maxPerAccount')
if counted(account) + units > max then return { 'LIMIT_EXCEEDED', 'maxPerAccount', max, '' } end

count_for_account(hold, -1)
hold.account = account
count_for_account(hold, 1)
write_hold(ARGV[2], hold)
return { 'OK', cjson.encode(hold) }
