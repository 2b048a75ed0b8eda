-- Asks for the paths of a file in turn, posting the lines of JSON behind tabs where there are some, and ends with one line
-- of JSON.
local requests, at = {}, 0

function init(args)
  for path in io.lines(args[1]) do
    local target, body = path:match("^([^\t]+)\t(.+)$")
    if body then
      body = body:gsub("\t", "\n") .. "\n"
      requests[#requests + 1] = wrk.format("POST", target, {["Content-Type"] = "application/json"}, body)
    else
      requests[#requests + 1] = wrk.format("GET", path)
    end
  end
end

function request()
  at = at % #requests + 1
  return requests[at]
end

function done(summary, latency, _)
  local errors = summary.errors
  io.write(string.format(
    '{"requests": %d, "seconds": %f, "p50": %f, "p95": %f, "p99": %f, "failed": %d}\n',
    summary.requests, summary.duration / 1e6, latency:percentile(50) / 1e3,
    latency:percentile(95) / 1e3, latency:percentile(99) / 1e3,
    errors.status + errors.connect + errors.read + errors.write + errors.timeout
  ))
end
