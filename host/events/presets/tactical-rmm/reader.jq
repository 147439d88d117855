# The two templates of the instructions. Tactical puts values in unescaped: if that breaks the JSON, it sends the whole
# text as one JSON string, and its values cannot be told from their surroundings.
. as $tree | .body
| if type == "object" and keys == ["text"] then error("a quote or backslash in a value has broken the template's JSON") else . end
| if type != "object" then error("the body is not the object of the template") else . end
| first_set(.alert_id, .id) as $id
| first_set(.event, .state) as $event
| first_set(.message, .alert_message) as $message
| if $id == null and $message == null then {kind: "test", title: "Test of a template without an alert"}
  elif $id == null then error("alert_id is not set: the template needs \"alert_id\": \"{{alert.id}}\"")
  else
    (if $event == null then (if .resolved_on != null then "recovery" else "problem" end)
     else ($event | ascii_downcase | if test("^resolv") then "recovery" elif test("^(fail|trigger)") then "problem"
           else error("event is \(tojson), not failure or resolved") end) end) as $kind
    | first_set(.severity, .alert_severity) as $severity
    | {kind: $kind, key: $id, occurrence: $id,
       severity: ($severity | lookup({error: "high", warning: "medium", info: "info"}; null)), severityText: $severity,
       customer: customer_of($tree; first_set(.client_id); first_set(.client)),
       device: {id: first_set(.agent_id), name: first_set(.hostname)},
       title: ($message // "Alert \($id)"),
       text: joined("\n"; $message, .stdout, .stderr),
       startedAt: first_set(.alert_time),
       at: (if $kind == "recovery" then first_set(.resolved_on) else null end)}
  end
