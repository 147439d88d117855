# The form of the instructions. The state after the change is what counts: "Down ended (now: Up)" is Up.
. as $tree | .body
| if type != "object" then error("the body is not the form of the notification template") else . end
| first_set(.sensorid) as $id
| first_set(.status) as $status
| first_set(.device) as $device
| first_set(.sensor, .name) as $sensor
| if $id == null and $status == null then {kind: "test", title: "Test of the notification template"}
  elif $id == null then error("sensorid is not set: the payload needs sensorid=%sensorid")
  elif $status == null then error("status is not set: the payload needs status=%status")
  else
    ($status | (part("\\([^():]+:\\s*(?<part>[^()]*(\\([^()]*\\))?)\\s*\\)\\s*$") // .) | ascii_downcase | trimmed) as $state
    | (if $state == "up" or $state == "ok" then "recovery"
       # Acknowledged, or nobody is looking: neither a new problem nor its end.
       elif ($state | test("acknowledged|best.tigt")) or ($state | test("^(paused|unknown|pausiert|unbekannt)")) then "update"
       else "problem" end) as $kind
    | (first_set(.tags) // "" | [splits("[\\s,]+")]) as $tags
    | ($tree | setting("customerTagPrefix"; "customer_")) as $prefix
    | ($tree | setting("timeFormat"; null)) as $format
    | {kind: $kind, key: $id,
       severity: (first_set(.priority) | lookup({"*****": "critical", "****": "high", "***": "medium", "**": "low", "*": "info"}; null)),
       severityText: first_set(.priority),
       customer: customer_of($tree; first_set($tags[] | select(startswith($prefix)) | .[($prefix | length):]);
         # The core server's own probe is called so and is not a customer.
         first_set((.[$tree | setting("customerFrom"; "probe")] | strings | select(test("^local probe"; "i") | not)), .group)),
       device: {id: first_set(.deviceid), name: $device, address: first_set(.host)},
       title: ((joined(" "; $device, $sensor) // "Sensor \($id)") + " is \($status)"),
       text: first_set(.message, .lastmessage),
       startedAt: (.since | local_time($format)), at: (.datetime | local_time($format)),
       links: [first_set(.linksensor) | select(. != null) | {label: "sensor", url: .}]}
  end
