# The media type of the instructions: every parameter is a text, and EVENT.TAGSJSON is JSON inside one.
. as $tree | .body
| if type != "object" then error("the body is not an object of the media type's parameters") else . end
| (first_set(.event_tags, .event_tagsjson) | pairs) as $tags
| ([first_set(.alert_message, .message), first_set(.alert_subject, .subject)] | any(. != null and test("^\\s*NOTE: Escalation cancell?ed"; "i"))) as $canceled
| first_set(.event_id) as $id
| first_set(.event_source, "0") as $source
| first_set(.event_value) as $value
| first_set(.event_update_status, "0") as $update
| first_set(.event_name, .trigger_name, .alert_subject, .subject) as $title
| (if .event_date == null or .event_time == null then null else "\(.event_date) \(.event_time)" end) as $start
| (if .recovery_date == null or .recovery_time == null then null else "\(.recovery_date) \(.recovery_time)" end) as $ended
| (if .update_date == null or .update_time == null then null else "\(.update_date) \(.update_time)" end) as $changed
| if $id == null and $value == null then {kind: "test", title: ($title // "Test of the media type")}
  elif $source != "0" then only_counted($title // "Event \($id) is not about a trigger")
  elif $id == null then error("event_id is not set: the media type needs the parameter event_id with {EVENT.ID}")
  elif $value != "0" and $value != "1" then error("event_value is \($value | tojson), not 0 or 1: the media type needs the parameter event_value with {EVENT.VALUE}")
  else
    (if $canceled then "recovery" elif $update == "1" then "update" elif $value == "1" then "problem" else "recovery" end) as $kind
    # Nobody watches a problem whose escalation was canceled: its trigger, host or action was disabled or deleted.
    | {kind: $kind, key: $id, occurrence: $id,
       severity: (first_set(.event_nseverity, .event_severity)
         | lookup({"5": "critical", "4": "high", "3": "medium", "2": "low", "1": "info", disaster: "critical", high: "high",
             average: "medium", warning: "low", information: "info"} + ($tree | setting("severities"; []) | pairs | with_entries(.key |= ascii_downcase)); null)),
       severityText: first_set(.event_severity, .event_nseverity),
       customer: customer_of($tree; null;
         ($tags | tag($tree | names_setting("customerTags"; ["customer", "tenant"])))
         // (($tree | setting("customerGroupPrefix"; "Customers/")) as $prefix
             | first_set((.host_groups // "" | scalar | split(",")[] | trimmed | select(startswith($prefix)) | .[($prefix | length):])))),
       device: {id: first_set(.host_id), name: first_set(.host_host, .host_name), address: first_set(.host_ip, .host_conn)},
       title: ($title // "Problem \($id)"),
       text: first_set(.alert_message, .message, .trigger_description, .event_opdata),
       startedAt: $start,
       at: (if $kind == "recovery" then $ended elif $kind == "update" then $changed else null end),
       links: [if (.zabbix_url | type) == "string" and first_set(.trigger_id) != null
               then {label: "event", url: "\(.zabbix_url | sub("/+$"; ""))/tr_events.php?triggerid=\(.trigger_id)&eventid=\($id)"} else empty end],
       labels: $tags}
  end
