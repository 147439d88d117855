# CloudEvents 1.0: structured, batch, and binary (attributes in headers). A null attribute is absent.
def event_of($tree):
  . as $event
  | if type != "object" then error("an event is not an object") else . end
  | (if .data != null then .data
     elif .data_base64 != null then (.data_base64 | try @base64d catch null)
     else null end) as $raw
  | ($raw | if type == "string" then ((try fromjson catch null) as $parsed | if ($parsed | type) == "object" then $parsed else {text: .} end)
     elif type == "object" then . else {} end) as $data
  | first_set(.type) as $type
  | first_set(.source) as $source
  | if $type == null or $source == null then error("the attributes type and source of CloudEvents are not set") else . end
  | first_set(.subject) as $subject
  | first_set($data.state, $data.status) as $state
  | ((($tree | setting("kinds"; []) | pairs | with_entries(.key |= ascii_downcase))[$type | ascii_downcase])
     // (if ($type | test("[._/-](test|ping)$"; "i")) then "test"
         elif ($type | test("(resolved?|recover(y|ed)?|cleared?|closed?|ended|restored?|normal|healthy|[._/-](ok|up))$"; "i")) then "recovery"
         elif ($type | test("(updated?|acknowledged?|changed)$"; "i")) then "update"
         elif ($state // "" | test("^(resolved|recovered|ok|up|closed|cleared|normal|healthy)$"; "i")) then "recovery"
         else "problem" end)) as $kind
  | first_set($data.device, $data.host, $data.hostname, $data.device.name?, $subject) as $device
  | first_set(.severitytext, $data.severity) as $severity
  | (first_set(.severitynumber) | if . == null then null else tonumber? // null end) as $number
  | (first_set($data.title, $data.summary) // (if $state != null and ($subject // $device) != null then "\($subject // $device) is \($state)" else null end)
     // first_set($data.message, $data.text) // joined(": "; $subject, $type)) as $title
  | if $kind == "test" then {kind: "test", title: $title} elif $kind == "other" then only_counted($title) else
    {kind: $kind, key: "\($source)|\($subject // "")",
     occurrence: first_set($data.occurrence),
     severity: ($severity | lookup($tree | severities;
       if $number == null then null elif $number >= 21 then "critical" elif $number >= 17 then "high" elif $number >= 13 then "medium" else "info" end)),
     severityText: ($severity // first_set($number)),
     customer: (($tree | names_setting("customerMembers"; ["customer", "tenant"])) as $names
       | customer_of($tree; first_set($data.customerId, $data.customer_id, $data.customer.id?); first_set(($data | tag($names)), $data.customer.name?))),
     device: {id: first_set($data.deviceId, $data.device_id), name: $device, address: first_set($data.address, $data.ip)},
     title: $title, text: first_set($data.description, $data.message, $data.text),
     startedAt: first_set($data.startedAt), at: first_set(.time),
     links: [first_set($data.url, .dataref) | select(. != null) | {label: "source", url: .}]} end
  | if .kind == "test" then . else . + {deliveryId: joined("|"; $source, first_set($event.id))} end;

. as $tree
| if (.body | type) == "array" then [.body[] | event_of($tree)]
  elif (.body | type) == "object" and .body.specversion != null then .body | event_of($tree)
  elif .headers["ce-specversion"] != null or .headers["ce-type"] != null then
    .body as $data
    | (.headers | with_entries(select(.key | startswith("ce-")) | .key |= .[3:]))
    | .data = $data | event_of($tree)
  else error("there is neither specversion in the body nor Ce-Specversion among the headers: this is not a CloudEvent") end
