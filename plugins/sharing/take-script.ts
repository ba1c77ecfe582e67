/** `limiter.ts` in Lua: Redis runs it as one, so no two workers take the same share. See there for the reasons. */

import { CLAIM_GRACE_MS, MINUTE_MS, SMALLEST_CLAIM, TOLERANCE, type Share } from "./limiter.ts";

/** The time in milliseconds by the server's clock: those of the workers differ. */
const SERVER_CLOCK = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)`;

/** Buckets are forgotten once they are full and nobody was told to come back. */
const KEEPING = `
local function load(key, capacity)
  local kept = redis.call('HMGET', key, 'level', 'at', 'told', 'claim', 'claimAt')
  local bucket = {
    level = tonumber(kept[1] or capacity), at = tonumber(kept[2] or now), told = tonumber(kept[3] or 0),
    claim = tonumber(kept[4] or 0), claimAt = tonumber(kept[5] or ${-CLAIM_GRACE_MS}) }
  local passed = math.max(0, now - bucket.at)
  bucket.level = math.min(capacity, bucket.level + passed * (capacity / ${MINUTE_MS}))
  bucket.at = math.max(bucket.at, now)
  return bucket
end
local function save(key, bucket, capacity)
  local function text(number) return string.format('%.17g', number) end
  redis.call('HSET', key, 'level', text(bucket.level), 'at', text(bucket.at), 'told', text(bucket.told),
    'claim', text(bucket.claim), 'claimAt', text(bucket.claimAt))
  local full = (capacity - bucket.level) / (capacity / ${MINUTE_MS})
  redis.call('PEXPIRE', key, math.ceil(math.min(full, 1e12)) + ${2 * MINUTE_MS})
end`;

const REFUSAL = `
local function refuse(bucket, capacity, cost)
  local rate = capacity / ${MINUTE_MS}
  local needed = math.min(cost, capacity)
  local missing = needed - bucket.level
  local ends = bucket.claimAt + ${CLAIM_GRACE_MS}
  local claimed = now < ends and bucket.claim or 0
  local wait = missing / rate
  if missing <= ${TOLERANCE} then
    local due = math.max(0, bucket.claimAt - now)
    local levelWhenDue = bucket.level - cost + due * rate
    if claimed <= needed or levelWhenDue + ${TOLERANCE} >= claimed then return 0 end
    return math.ceil(due + needed / rate)
  end
  if needed > math.max(${SMALLEST_CLAIM}, claimed)
    and (claimed > 0 or now >= ends + bucket.claim / rate) then
    bucket.claim = needed
    bucket.claimAt = now + wait
    bucket.told = math.max(bucket.told, bucket.claimAt)
    return math.ceil(wait)
  end
  local inTurn = math.max(now + wait, bucket.told + needed / rate)
  bucket.told = math.min(inTurn, now + wait + ${MINUTE_MS})
  return math.ceil(bucket.told - now)
end`;

const TAKING = `
local buckets, refused, longest = {}, 0, 0
for index, key in ipairs(KEYS) do
  local capacity, cost = tonumber(ARGV[2 * index - 1]), tonumber(ARGV[2 * index])
  buckets[index] = load(key, capacity)
  local wait = refuse(buckets[index], capacity, cost)
  if wait > longest then refused, longest = index, wait end
end
for index, key in ipairs(KEYS) do
  local bucket, capacity, cost = buckets[index], tonumber(ARGV[2 * index - 1]), tonumber(ARGV[2 * index])
  if refused == 0 then
    bucket.level = bucket.level - cost
    if math.min(cost, capacity) >= bucket.claim then
      bucket.claimAt = math.min(bucket.claimAt, now - ${CLAIM_GRACE_MS})
    end
  end
  save(key, bucket, capacity)
end
return { refused, longest }`;

/**
 * Takes of all buckets (`KEYS`) or of none. Gives `{0, 0}`, or the number of the bucket without room and when to ask
 * again, in milliseconds.
 *
 * @param clock - Sets `now`. Tests have another one.
 */
export function takeScript(clock = SERVER_CLOCK): string {
  return clock + KEEPING + REFUSAL + TAKING;
}

/** What the script is given beside the keys: capacity and cost of each bucket. */
export function takeArguments(shares: readonly Share[]): string[] {
  return shares.flatMap(({ capacity, cost }) => [String(capacity), String(cost)]);
}
