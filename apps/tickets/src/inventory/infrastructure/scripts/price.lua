-- A newer price for the holds to come. ARGV: 2 ticket type, 3 amount, 4 version of the price
if not loaded() then
  -- Whoever builds it just now may have read the prices before this one was written: that building is not to be used.
  refuse_buildings()
  return { 'NOT_LOADED' }
end
local version = number('priceVersion:' .. ARGV[2])
if version and tonumber(ARGV[4]) > version then
  redis.call('HSET', sale, 'price:' .. ARGV[2], ARGV[3], 'priceVersion:' .. ARGV[2], ARGV[4])
end
return { 'OK' }
