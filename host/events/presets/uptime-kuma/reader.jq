# Uptime Kuma: JSON, the same in the part "data" of a form, the same in a query; or a body of the user's own.

# Tests and warnings differ in their words alone.
def message_event($tree; $message):
  ([$message // "" | capture("^\\[(?<name>.*?)\\]\\s?\\[(?<url>.*?)\\] .*?certificate (?<subject>.+?) will expire in -?\\d+ days?")] | .[0]) as $certificate
  | ($message | part("^Domain name (?<part>\\S+) will expire in")) as $domain
  | (if $certificate != null then
       {kind: "problem", key: "certificate|\($certificate.name)|\($certificate.subject)",
        title: "Certificate \($certificate.subject) is about to expire",
        device: {name: $certificate.name, address: $certificate.url}}
     elif $domain != null then
       {kind: "problem", key: "domain|\($domain)", title: "Domain \($domain) is about to expire", device: {name: $domain}}
     elif $message != null and ($message | test("Testing\\s*$|^Test\\b"; "i")) then {kind: "test", title: $message}
     else only_counted($message // "A message without text") end)
  | if .kind == "problem" then . + {severity: "low", text: $message, customer: customer_of($tree; null; null)} else . end;

. as $tree | .body
| if type == "object" and (.data | type) == "object" then .data else . end
| if type != "object" then error("the body is not an object") else . end
| (.monitor | if type == "object" then . else null end) as $monitor
| (.heartbeat | if type == "object" then . else null end) as $heartbeat
| first_set(.msg) as $message
| if $monitor == null and $heartbeat == null and has("msg") and (.monitor == null) then
    message_event($tree; $message)
  elif $heartbeat != null and $heartbeat.status != null then
    (first_set($heartbeat.status) // "" | {"0": "problem", "1": "recovery"}[.]) as $kind
    | (first_set($monitor.name, $monitor.pathName, "Monitor \(first_set($monitor.id, $heartbeat.monitorID) // "without a name")")) as $name
    | ($monitor.tags | pairs) as $tags
    | if $kind == null then only_counted($message // $name) else
      # For monitors that have no URL, Kuma keeps a scheme without a host.
      ($monitor.url | if type == "string" and test("^[a-z]+://.") then . else null end) as $url
      | {kind: $kind,
         key: (first_set($monitor.id, $heartbeat.monitorID, $monitor.name) // error("neither monitor.id nor monitor.name is set")),
         severity: "high",
         customer: customer_of($tree; null;
           ($tags | tag($tree | names_setting("customerTags"; ["customer", "tenant"])))
           // (if ($tree | setting("customerFromGroup"; true)) and ($monitor.path | type) == "array" and ($monitor.path | length) > 1
               then first_set($monitor.path[0]) else null end)),
         device: {id: first_set($monitor.id, $heartbeat.monitorID), name: $name, address: first_set($monitor.hostname, $url)},
         title: "\($name) is \(if $kind == "problem" then "down" else "up" end)",
         text: first_set($heartbeat.msg, $message),
         startedAt: (if $kind == "problem" then first_set($heartbeat.time) else first_set($heartbeat.lastDownTime) end | utc),
         at: (if $kind == "problem" then null else first_set($heartbeat.time) | utc end),
         links: [if $url != null then {label: "monitor", url: $url} else empty end],
         labels: $tags} end
  else
    # Its provider for a PSA has one title for all monitors, and a status of its own for what is not about a monitor.
    (.status | first_set(.) // "" | ascii_upcase) as $status
    | if $status == "NOTIFICATION" or $status == "UNKNOWN" then message_event($tree; first_set(.message, .title))
      else (if .title == "Uptime Kuma Alert" then del(.title) else . end) | flat_event($tree; "high") end
  end
