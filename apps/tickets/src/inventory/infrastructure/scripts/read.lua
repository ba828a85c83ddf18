-- What can be had now: free units by ticket type, as a flat list. With ARGV[2]: that hold instead.
if not loaded() then return { 'NOT_LOADED' } end
expire_due()
if ARGV[2] then
  local text = redis.call('HGET', holds, ARGV[2])
  if not text then return { 'NOT_FOUND' } end
  return { 'OK', text }
end
local answer = { 'OK' }
for _, id in ipairs(cjson.decode(redis.call('HGET', sale, 'types'))) do
  table.insert(answer, id)
  table.insert(answer, math.max(number('free:' .. id), 0))
end
return answer
