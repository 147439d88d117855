# The body of the instructions, and the names that other receivers of Datto RMM's webhook have.
. as $tree | .body
| if type != "object" then error("the body is not an object; a quote or line end in a value breaks the JSON") else . end
| first_set(.alert_uid, .alertUID, .alertUid) as $uid
| first_set(.state, .alert_state, .status) as $state
| first_set(.resolvedAlert, .resolved) as $resolved
| first_set(.message, .alert_message, .alertMessage) as $message
| first_set(.device, .device_hostname, .hostname, .deviceHostname) as $name
| first_set(.device_id, .deviceId) as $deviceId
| first_set(.alert_type, .alertType) as $type
| first_set(.priority, .alert_priority, .alertPriority) as $priority
| first_set(.site, .site_name, .sitename, .siteName, .dattoSiteDetails) as $site
| first_set(.platform) as $platform
| (if $state != null then ($state | ascii_downcase
       | if test("^(resolved|closed|cleared|ok|recovered)") then "recovery" elif test("^(trigger|open|new|raised|active|alert)") then "problem"
         else error("state is \(tojson), not triggered or resolved") end)
   # A text: "false" would be true elsewhere.
   elif $resolved != null then ($resolved | ascii_downcase | if . == "true" or . == "1" or . == "yes" then "recovery" else "problem" end)
   else "problem" end) as $kind
| ($uid // joined("|"; $deviceId // $name, $type, first_set(.alert_category, .alertCategory))) as $key
| if $key == null and $message == null then {kind: "test", title: "Test without an alert"}
  else
    {kind: $kind, key: ($key // $message), occurrence: $uid,
     severity: ($priority | lookup({critical: "critical", high: "high", moderate: "medium", medium: "medium", low: "low", information: "info", informational: "info"}; null)),
     severityText: $priority,
     customer: customer_of($tree; null; ($site | part($tree | setting("customerPattern"; "\\((?<part>[^()]+)\\)\\s*$")) // $site)),
     device: {id: $deviceId, name: $name, address: first_set(.device_ip, .deviceIp)},
     title: ($message // $type // "Alert \($key)"),
     text: $message,
     startedAt: null, at: null,
     links: [if $uid != null and ($platform // "" | test("^[A-Za-z0-9-]+$")) then {label: "alert", url: "https://\($platform).rmm.datto.com/alert/\($uid)"} else empty end,
             (first_set(.docURL) | select(. != null) | {label: "documentation", url: .})]}
  end
