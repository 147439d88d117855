# Site24x7's own JSON or form, and shorter bodies that users choose. Ids have more digits than a double.
. as $tree | .body
| if type != "object" then error("the body is not an object") else . end
| first_set(.MONITOR_ID, .MONITORID, .monitor_id, .monitor) as $id
| first_set(.MONITORNAME, .MONITOR_NAME, .monitor_name, .name) as $name
| (first_set(.STATUS, .status, .state) | if . == null then null else ascii_upcase end) as $status
| if $id == null and $name == null then {kind: "test", title: "Test without a monitor"}
  elif $status == null then error("STATUS is not set: the body needs $STATUS")
  elif ($status | test("^(MAINTENANCE|SUSPENDED|DISCOVERY)")) then only_counted("\($name // $id) is \($status)")
  else
    (if $status == "UP" then "recovery" else "problem" end) as $kind
    | {kind: $kind, key: ($id // $name),
       severity: ($status | lookup({down: "critical", critical: "high", trouble: "medium"}; null)),
       severityText: first_set(.STATUS, .status, .state),
       customer: customer_of($tree; first_set(.MSP_CUSTOMER_ID);
         first_set(.MSP_CUSTOMER_NAME, .CUSTOMER_NAME, .customer_name, .customer,
           (($tree | names_setting("customerTags"; ["customer", "tenant"])) as $names | (.TAGS, .tags, .GROUP_TAGS | pairs | tag($names))),
           .MONITOR_GROUPNAME, .group)),
       device: {id: $id, name: $name, address: first_set(.MONITORURL, .MONITOR_URL, .url)},
       title: "\($name // $id) is \($status)",
       text: first_set(.INCIDENT_REASON, .reason, .message),
       startedAt: null,
       at: first_set(.INCIDENT_TIME_ISO, .at, .time_iso),
       links: [first_set(.MONITOR_DASHBOARD_LINK, .link) | select(. != null) | {label: "monitor", url: .}]}
  end
