# NinjaOne's activities. Those of other types than CONDITION are no alerts.
. as $tree | .body
| if type != "object" then error("the body is not an activity") else . end
| (.device | as_object | .references | as_object | .organization | as_object) as $organization
| .device |= as_object | .data |= as_object
| first_set(.id) as $id
| first_set(.activityType) as $type
| first_set(.statusCode) as $status
| (if ($type // "" | ascii_upcase) == "CONDITION" then {TRIGGERED: "problem", RESET: "recovery", ACKNOWLEDGED: "update"}[$status // "" | ascii_upcase] else null end) as $kind
| if $type == null and $status == null then error("neither activityType nor statusCode is set: this is not an activity of NinjaOne's webhook")
  elif $kind == null then only_counted(first_set(.message, .status, $type)) + {deliveryId: $id}
  else
    first_set(.device.displayName, .device.systemName, .device.dnsName) as $name
    | first_set(.deviceId, .device.id) as $deviceId
    | joined(" "; .sourceName, .subject) as $condition
    | {kind: $kind,
       key: (first_set(.seriesUid) // "\($deviceId // "")|\(.sourceConfigUid // "")|\(.subject // "")"),
       severity: (first_set(.severity) | lookup({critical: "critical", major: "high", moderate: "medium", minor: "low"}; null)),
       severityText: first_set(.severity),
       customer: customer_of($tree; first_set(.device.organizationId, .organizationId, $organization.id);
                             first_set($organization.name)),
       device: {id: $deviceId, name: $name, address: first_set(.device.dnsName)},
       title: (if $kind == "recovery" and $condition != null then $condition + " reset"
               else first_set(.message, $condition, .data.message.code?, "Condition \($status | ascii_downcase)") end),
       text: first_set(.message),
       startedAt: (if $kind == "problem" then first_set(.activityTime) else null end),
       at: (if $kind == "problem" then null else first_set(.activityTime) end),
       labels: ({sourceConfigUid, sourceName, subject} | map_values(first_set(.) | select(. != null))),
       deliveryId: $id}
  end
